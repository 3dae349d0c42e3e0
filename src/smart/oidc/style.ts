import { createHash } from 'node:crypto'

/** How an app may look beside our pages (smart-launch.md 1.5 `smart_style_url`): the colours of src/web/assets/site.css. */
const STYLE = JSON.stringify({
  color_background: '#ffffff',
  color_error: '#a4161a',
  color_highlight: '#0b5c8a',
  color_modal_backdrop: '#1c2530',
  color_success: '#1a6b3c',
  color_text: '#1c2530',
  dim_border_radius: '4px',
  dim_font_size: '16px',
  dim_spacing_size: '16px',
  font_family_body: "system-ui, 'Segoe UI', Roboto, sans-serif",
  font_family_heading: "system-ui, 'Segoe UI', Roboto, sans-serif",
})

/** Where the style is: another style has another address. */
export const stylePath = `/smart-style-${createHash('sha256').update(STYLE).digest('hex').slice(0, 12)}.json`

/** The style as it is sent. */
export const styleText = STYLE
