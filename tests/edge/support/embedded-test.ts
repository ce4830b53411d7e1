import { test as anyTest } from 'vitest'
import { isForeign } from './foreign-edge.ts'

/** A test of our own services behind an embedded edge that it starts: left out where another edge is under test. */
export const test = isForeign ? anyTest.skip : anyTest
