import { createHash } from 'node:crypto'

/** How an app may look beside our pages (smart-launch.md 1.5 `smart_style_url`): the colours of src/web/assets/site.css. */
const STYLE = JSON.stringify({
  color_background: '#ffffff',
  color_error: '#8a2a12',
  color_highlight: '#0b5394',
  color_modal_backdrop: '#1b2a36',
  color_success: '#17603a',
  color_text: '#1b2a36',
  dim_border_radius: '4px',
  dim_font_size: '16px',
  dim_spacing_size: '16px',
  font_family_body: "system-ui, 'Segoe UI', 'Liberation Sans', 'DejaVu Sans', sans-serif",
  font_family_heading: "system-ui, 'Segoe UI', 'Liberation Sans', 'DejaVu Sans', sans-serif",
})

/** Where the style is: another style has another address. */
export const stylePath = `/smart-style-${createHash('sha256').update(STYLE).digest('hex').slice(0, 12)}.json`

/** The style as it is sent. */
export const styleText = STYLE
