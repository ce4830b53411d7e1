import { readFile } from 'node:fs/promises'
import { regions } from '@movieverse/regions/regions.ts'
import { composeServices } from '@theguild/federation-composition'
import { buildASTSchema, isNonNullType, Kind, parse, print, type DocumentNode, type TypeDefinitionNode } from 'graphql'
import { describe, expect, test } from 'vitest'

const [region, catalog] = await Promise.all(['region', 'catalog'].map(readSchema))
if (!region || !catalog) throw new Error('two schemas are read above')

async function readSchema(name: string): Promise<DocumentNode> {
  return parse(await readFile(new URL(`../${name}/schema.graphql`, import.meta.url), 'utf8'))
}

/** Every region's service and the catalogue, as the supergraph composes them. */
function compose(): ReturnType<typeof composeServices> {
  const services = regions.map(({ slug, port }) => ({ name: slug, port, typeDefs: region as DocumentNode }))
  return composeServices(
    [...services, { name: 'catalog', port: 8060, typeDefs: catalog as DocumentNode }].map(
      ({ name, port, typeDefs }) => ({
        name,
        url: `http://127.0.0.1:${port}/graphql`,
        typeDefs,
      }),
    ),
  )
}

function typesOf(document: DocumentNode): Map<string, TypeDefinitionNode> {
  return new Map(
    document.definitions.flatMap((node) =>
      'name' in node && node.name ? [[node.name.value, node as TypeDefinitionNode]] : [],
    ),
  )
}

function fieldsOf(type: TypeDefinitionNode | undefined): Map<string, string> {
  const fields = type && 'fields' in type ? (type.fields ?? []) : []
  return new Map(fields.map((field) => [field.name.value, print(field)]))
}

test('the SDL of every region composes with the catalogue, and list sizes survive', () => {
  const { errors, supergraphSdl } = compose()
  expect(errors ?? []).toEqual([])
  expect(supergraphSdl).toContain('@listSize')
})

test('types that both define are the same in both, to the letter', () => {
  const [ours, theirs] = [typesOf(region), typesOf(catalog)]
  const both = [...ours.keys()].filter((name) => theirs.has(name) && !['Query', 'Movie'].includes(name))
  expect(both.length).toBeGreaterThan(20)
  for (const name of both)
    expect(print(ours.get(name) as TypeDefinitionNode)).toBe(print(theirs.get(name) as TypeDefinitionNode))
})

test('every fact of a movie that a region tells, the catalogue tells in the same words, and shares', () => {
  const [ours, theirs] = [fieldsOf(typesOf(region).get('Movie')), fieldsOf(typesOf(catalog).get('Movie'))]
  for (const [name, text] of ours) expect(theirs.get(name)).toBe(text)
  const unshared = [...ours].filter(([, text]) => !text.includes('@shareable'))
  expect(unshared.map(([name]) => name)).toEqual(['id'])
})

describe.each([
  ['region', region],
  ['catalog', catalog],
])('the SDL of %s', (_name, document) => {
  test('has no root field that could blank the rest of an answer', () => {
    const query = buildASTSchema(document, { assumeValidSDL: true }).getQueryType()
    const required = Object.values(query?.getFields() ?? {}).filter(({ type }) => isNonNullType(type))
    expect(required.map(({ name }) => name)).toEqual([])
  })

  test('describes every type, field and value', () => {
    const undescribed = [...typesOf(document)].flatMap(([name, type]) => {
      const parts = [...('fields' in type ? (type.fields ?? []) : []), ...('values' in type ? (type.values ?? []) : [])]
      return [[name, type] as const, ...parts.map((part) => [`${name}.${part.name.value}`, part] as const)]
        .filter(([, node]) => !node.description)
        .map(([path]) => path)
    })
    expect(undescribed).toEqual([])
  })

  test('puts a ceiling on every paged list', () => {
    const unbounded = [...typesOf(document).values()].flatMap((type) =>
      type.kind !== Kind.OBJECT_TYPE_DEFINITION
        ? []
        : (type.fields ?? [])
            .filter((field) => field.arguments?.some(({ name }) => name.value === 'after'))
            .filter((field) => !field.directives?.some(({ name }) => name.value === 'listSize'))
            .map((field) => `${type.name.value}.${field.name.value}`),
    )
    expect(unbounded).toEqual([])
  })
})
