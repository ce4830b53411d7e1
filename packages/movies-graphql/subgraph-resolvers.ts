/**
 * Generated resolver types in the two signatures in which mercurius differs from them: `__resolveReference` gets empty
 * arguments second, as every field does, and an interface's `__resolveType` is called `resolveType`.
 */
export type SubgraphResolvers<Resolvers> = { [Type in keyof Resolvers]: OfType<NonNullable<Resolvers[Type]>> }

type OfType<Fields> = Fields extends { __resolveType: infer ResolveType }
  ? { resolveType: ResolveType }
  : {
      [Field in keyof Fields]: Field extends '__resolveReference'
        ? Reference<NonNullable<Fields[Field]>>
        : Fields[Field]
    }

type Reference<Resolve> = Resolve extends (
  reference: infer Key,
  context: infer Context,
  info: infer Info,
) => infer Answer
  ? (reference: Key, args: Record<string, never>, context: Context, info: Info) => Answer
  : never
