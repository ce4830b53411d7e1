/**
 * Options of undici's pools: a connection that nothing was sent on for a second is given up, whatever its server offers.
 * A process that stops tells whoever asks it during its DRAIN_DELAY_MS to leave, and then closes what nobody used in that
 * time. A connection that idled longer could be closed just as a mutation is sent on it, which nobody may send again.
 */
export const briefIdling = { keepAliveTimeout: 1000, keepAliveMaxTimeout: 1000 } as const
