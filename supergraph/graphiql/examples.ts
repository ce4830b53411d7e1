/** A query that the editor opens with, under its own name. */
export interface ExampleQuery {
  readonly name: string
  readonly query: string
  readonly variables?: Readonly<Record<string, unknown>>
}

/** What the platform can be asked, one tab each. Valid against the composed schema by test. */
export const exampleQueries: readonly ExampleQuery[] = [
  {
    name: 'ThreeRegions',
    query: `# Three regions side by side: three services, asked at once.
query ThreeRegions {
  india: region(code: IN) { ...Top }
  usa: region(code: US) { ...Top }
  uk: region(code: UK) { ...Top }
}

fragment Top on RegionCatalogue {
  region { code label currency }
  movies(first: 5, orderBy: POPULARITY) {
    totalCount
    nodes { label releaseYear averageRating }
  }
}
`,
  },
  {
    name: 'MovieWithPeople',
    query: `# The list comes from India's service, the people of its titles from the catalogue: two requests.
query MovieWithPeople {
  region(code: IN) {
    movies(first: 10, orderBy: RATING) {
      nodes {
        title
        releaseYear
        genres { name }
        directors { name }
        cast(first: 3) { name }
      }
    }
  }
}
`,
  },
  {
    name: 'SearchMovies',
    query: `# Case, accents and a typing error are forgiven; the last word may be unfinished.
query SearchMovies($text: String!) {
  search(text: $text, first: 5) {
    edges {
      cursor
      node {
        id
        label
        availability { region offerType availableFrom }
      }
    }
  }
}
`,
    variables: { text: 'der mude tod' },
  },
  {
    name: 'FacetsOfIndia',
    query: `# What there is in India from 1970 on, counted.
query FacetsOfIndia($filter: MovieFilter = { year: { min: 1970 } }) {
  region(code: IN) {
    facets(filter: $filter) {
      genres { value label count }
      languages { value label count }
      years { value count }
      isComplete
    }
  }
}
`,
  },
  {
    name: 'PageThroughUsa',
    query: `# Pass pageInfo.endCursor as the variable "after" to read on.
query PageThroughUsa($after: String) {
  region(code: US) {
    movies(first: 10, after: $after, orderBy: YEAR) {
      edges { node { title releaseYear countries { code } } }
      pageInfo { hasNextPage endCursor }
    }
  }
}
`,
    variables: { after: null },
  },
]
