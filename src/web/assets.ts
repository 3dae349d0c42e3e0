import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { extname } from 'node:path'
import { type Request, type Response, Router } from 'express'

/** Where the files of src/web/assets are served. */
export const ASSETS_BASE = '/assets'

/** The files that pages load: named here, so that nothing else of the folder can be asked for. */
const FILES = ['site.css', 'patient.css', 'submit.js', 'icon.svg'] as const

/** One of them. */
export type AssetName = (typeof FILES)[number]

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml; charset=utf-8',
}

/** A file as it is served: its address says what is in it, so that it may be kept for ever. */
interface Asset {
  address: string
  mediaType: string
  bytes: Buffer
}

const ASSETS: ReadonlyMap<AssetName, Asset> = new Map(FILES.map((name) => [name, assetOf(name)]))
const BY_ADDRESS: ReadonlyMap<string, Asset> = new Map([...ASSETS.values()].map((asset) => [asset.address, asset]))

/** The address of a file for a page to name. */
export function assetAddress(name: AssetName): string {
  return ASSETS.get(name)?.address ?? ''
}

/**
 * Serves the files, kept by browsers for a year: another content has another address. `/favicon.ico`, which browsers ask
 * for on pages that name no icon (a document that is shown by itself), leads to the icon.
 */
export function assets(): Router {
  const router = Router({ caseSensitive: true })
  router.get('/favicon.ico', (_request: Request, response: Response) => {
    response.setHeader('Cache-Control', 'public, max-age=86400')
    response.redirect(301, assetAddress('icon.svg'))
  })
  router.get(`${ASSETS_BASE}/:file`, (request: Request, response: Response, next) => {
    const asset = BY_ADDRESS.get(request.path)
    if (asset === undefined) return next()
    response.setHeader('Cache-Control', 'public, max-age=31536000, immutable')
    response.setHeader('Content-Type', asset.mediaType)
    response.send(asset.bytes)
  })
  return router
}

function assetOf(name: AssetName): Asset {
  const bytes = readFileSync(`${import.meta.dirname}/assets/${name}`)
  const extension = extname(name)
  const digest = createHash('sha256').update(bytes).digest('hex').slice(0, 12)
  const stem = name.slice(0, -extension.length)
  return {
    address: `${ASSETS_BASE}/${stem}.${digest}${extension}`,
    mediaType: MEDIA_TYPES[extension] ?? 'application/octet-stream',
    bytes,
  }
}
