import { expect, test } from 'vitest'
import { createCatalogue } from './catalogue.ts'
import { classBitsOf, kindBits, kindOf, maturityBit, suits } from './title-classes.ts'

const title = (id: number, ...windows: Array<[region: string, from: number, until: number]>) => ({
  id,
  title: `Film ${id}`,
  popularity: 0,
  releaseYear: null,
  runtimeMinutes: null,
  genres: [],
  languages: [],
  windows: windows.map(([regionCode, from, until]) => ({ regionCode, from, until })),
})

test('a title may be shown while a window of the region is open, and no longer', () => {
  const catalogue = createCatalogue()
  catalogue.put([title(7, ['IN', 10, 20], ['US', 0, 99]), title(8, ['IN', 15, Infinity])])
  const shown = (now: number): number[] => [...catalogue.availableIn('IN', now)]
  expect([5, 10, 15, 19, 20, 12].map(shown)).toEqual([
    [0, 0],
    [1, 0],
    [1, 1],
    [1, 1],
    [0, 1],
    [1, 0],
  ])
  expect([catalogue.availableSince(0, 'IN', 12), catalogue.availableSince(0, 'IN', 30)]).toEqual([10, undefined])
})

test('a title keeps its place when its facts change, and is not available once it is gone', () => {
  const catalogue = createCatalogue()
  catalogue.put([title(7, ['IN', 0, 99]), title(8, ['IN', 0, 99])])
  catalogue.put([title(7), title(9, ['IN', 0, 99])], [8])
  expect([7, 8, 9].map((id) => catalogue.placeOf(id))).toEqual([0, 1, 2])
  expect([...catalogue.availableIn('IN', 50)]).toEqual([0, 0, 1])
})

test('kinds go by genre and runtime, ages by genre', () => {
  expect([kindOf(['documentary'], 20), kindOf(['drama'], 39), kindOf(['drama'], 40), kindOf([], null)]).toEqual([
    'DOCUMENTARY',
    'SHORT',
    'FEATURE',
    'FEATURE',
  ])
  const agesFor = (...genres: string[]) => (['CHILD', 'TEEN', 'ADULT'] as const).filter((age) => suits(age, genres))
  expect(agesFor('family', 'comedy')).toEqual(['CHILD', 'TEEN', 'ADULT'])
  expect(agesFor('animation', 'horror')).toEqual(['ADULT'])
  expect(agesFor('drama')).toEqual(['TEEN', 'ADULT'])
  expect(agesFor()).toEqual(['ADULT'])
})

test('a kind and an age find by their bits what the rules by genre find', () => {
  const genres = [[], ['horror'], ['family'], ['documentary'], ['animation', 'crime'], ['drama']]
  for (const own of genres) {
    for (const minutes of [20, 100, null]) {
      const bits = classBitsOf(own, minutes)
      for (const kind of ['FEATURE', 'SHORT', 'DOCUMENTARY'] as const)
        expect((bits & kindBits([kind])) !== 0).toBe(kindOf(own, minutes) === kind)
      for (const maturity of ['ADULT', 'TEEN', 'CHILD'] as const)
        expect((bits & maturityBit(maturity)) !== 0).toBe(suits(maturity, own))
      expect(bits & kindBits([])).not.toBe(0)
    }
  }
})
