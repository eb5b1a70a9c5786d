import { relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

import { layerProblem } from './layers.mjs'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Refuses imports against the direction of the layers; type-only imports count like any other. */
const layersRule = {
  meta: { type: 'problem', schema: [] },
  /** @param {any} context oxlint's rule context, as ESLint's */
  create(context) {
    const file = relative(root, context.filename).split(sep).join('/')
    /** @param {any} node */
    const check = (node) => {
      if (typeof node.source?.value !== 'string') return
      const message = layerProblem(file, node.source.value)
      if (message !== undefined) context.report({ node: node.source, message })
    }
    return {
      ImportDeclaration: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
      ImportExpression: check,
      TSImportType: check,
    }
  },
}

export default { meta: { name: 'petri' }, rules: { layers: layersRule } }
