/** Dispatched on the window with the text that a visitor has typed into the search field. */
export const typedEvent = 'movieverse:typed'
