import { solid, type Xml } from './xml.ts'

/**
 * Renders each key once and keeps the piece. Only for pieces made of a bounded vocabulary (anchors, roots of templates):
 * what is kept is never dropped.
 */
export function renderedOnce(render: (key: string) => Xml): (key: string) => Xml {
  const pieces = new Map<string, Xml>()
  return (key) => {
    const known = pieces.get(key)
    if (known !== undefined) return known
    const piece = solid(render(key))
    pieces.set(key, piece)
    return piece
  }
}
