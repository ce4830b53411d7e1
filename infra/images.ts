import tags from './images.json' with { type: 'json' }

/** An image of the platform, by what it is for. */
export type ImageName = keyof typeof tags

/** The reference of an image as a container runtime takes it. Every tag stands in images.json, once. */
export function imageOf(name: ImageName): string {
  const { image, tag } = tags[name]
  return `${image}:${tag}`
}
