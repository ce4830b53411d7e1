import type { App } from '@movieverse/kong/apps.ts'
import type { PageProblem } from '../page-error.ts'
import { minPasswordLength } from '../accounts/password-rules.ts'

/** A page's heading and what it says. */
export type ProblemText = readonly [title: string, text: string]

const problems: Readonly<Record<PageProblem, ProblemText>> = {
  badRequest: ['This did not work', 'The request was not complete or not understandable. Go back and try again.'],
  unknownApp: [
    'Unknown app',
    'The app that sent you here is not registered with MovieVerse. You were not sent anywhere, and nothing was given to it.',
  ],
  unknownRedirect: [
    'Wrong return address',
    'The app that sent you here asked for an address that is not registered for it. You were not sent there, and nothing was given to it.',
  ],
  formExpired: ['The form had expired', 'For your safety nothing was done. Open the page again and send it once more.'],
  notFound: ['There is nothing here', 'The address may be mistyped, or the page is gone.'],
  tooLarge: ['This was too long', 'The form was longer than we take. Shorten it and try again.'],
  tooOften: ['A little slower', 'You asked very often in a short time. Wait a moment and try again.'],
  busy: ['Just a moment', 'MovieVerse is busy. Try again in a few seconds.'],
  edgeDown: [
    'Sign-in is out of reach',
    'You are signed in, but MovieVerse cannot reach the service that lets apps in. Try again in a moment; nothing was given to the app.',
  ],
  edgeRefused: ['The app was not let in', 'The service that lets apps in refused. Go back to the app and start again.'],
  internal: ['Something went wrong', 'This is our mistake. Try again; if it happens once more, tell us this number:'],
}

const scopes: Readonly<Record<App['scopes'][number], string>> = {
  'viewer:read': 'see your profile, your ratings, your watchlist and what you have watched',
  'viewer:write': 'change your profile, your ratings and your watchlist',
}

/** Every text of the sign-in pages, in English; the other catalogues have the same keys. */
export const en = {
  signIn: {
    title: 'Sign in',
    submit: 'Sign in',
    wrong: 'The e-mail address or the password is wrong.',
    tooMany: (minutes: number): string =>
      `There were too many attempts. For safety, wait ${minutes} minutes and try again.`,
    noAccount: 'No account yet?',
    signUp: 'Create one',
    signedUp: 'If this address had no account, it has one now. Sign in with the password that you have just chosen.',
    signedOut: 'You are signed out.',
  },
  signUp: {
    title: 'Create an account',
    submit: 'Create account',
    tooMany: (minutes: number): string =>
      `Many accounts were made from your network. Wait ${minutes} minutes and try again.`,
    hasAccount: 'You have an account?',
    signIn: 'Sign in',
    why: 'With an account you can rate films, keep a watchlist and get recommendations.',
  },
  fields: {
    email: 'E-mail address',
    name: 'Name',
    nameHint: 'How MovieVerse shall call you.',
    password: 'Password',
    newPassword: 'New password',
    currentPassword: 'Current password',
    passwordHint: `At least ${minPasswordLength} characters; a few words that nobody would guess are best.`,
  },
  fieldErrors: {
    email: 'Enter an e-mail address such as name@example.com.',
    nameMissing: 'Enter a name.',
    nameTooLong: 'Enter a name of at most 80 characters.',
    passwordMissing: 'Enter your password.',
    currentWrong: 'This is not your current password.',
    tooShort: `Take a password of at least ${minPasswordLength} characters.`,
    tooLong: 'Take a password of at most 200 characters.',
    tooEasy: 'This password is easy to guess: common words, sequences, or your own name. Take a few words of your own.',
    summary: 'Please correct this first:',
    inTitle: (title: string): string => `Error: ${title}`,
  },
  consent: {
    title: (app: string): string => `Let ${app} in?`,
    signedInAs: (name: string, email: string): string => `You are signed in as ${name} (${email}).`,
    someoneElse: 'Sign in as somebody else',
    asks: (app: string): string => `${app} asks to:`,
    id: 'know which account is yours, but neither your e-mail address nor your password',
    scopes,
    returnsTo: (host: string): string => `Then you go back to ${host}.`,
    withdraw: 'You can take this back at any time in your account.',
    allow: 'Allow',
    deny: 'Do not allow',
  },
  account: {
    title: 'Your account',
    signedInAs: (name: string): string => `Hello ${name}`,
    changePassword: 'Change password',
    apps: 'Apps that you let in',
    signOut: 'Sign out',
  },
  password: {
    title: 'Change password',
    submit: 'Change password',
    effect: 'Everything else that is signed in with your account will be signed out.',
    changed: 'Your password is changed. Other browsers are signed out.',
    tooMany: (minutes: number): string => `There were too many attempts. Wait ${minutes} minutes and try again.`,
  },
  apps: {
    title: 'Apps that you let in',
    none: 'You have not let any app in.',
    since: (date: string): string => `since ${date}`,
    withdraw: 'Withdraw',
    withdrawFrom: (app: string): string => `Withdraw ${app}`,
    withdrawn: 'Withdrawn. The app has to ask you again.',
    effect:
      'An app that is withdrawn must ask you again the next time. A sign-in that it already holds may still work until it runs out.',
    unknown: (clientId: string): string => `${clientId} (no longer registered)`,
  },
  signOut: {
    title: 'Sign out?',
    submit: 'Sign out',
    explanation: 'You will be signed out in this browser.',
    stay: 'Stay signed in',
  },
  problems,
  language: 'Language',
  home: 'MovieVerse',
  back: 'Back to your account',
}

/** The texts of one language. */
export type Messages = typeof en
