import type { Failure } from '#contract/failure'
import { DownloadError, type DownloadErrorKind } from '../../system/net/download-error.ts'
import { RefusedError } from '../refused-error.ts'

type Words = Pick<Failure, 'code' | 'title' | 'cause' | 'cure'>

const later = { text: 'Try again later, or take it from another server.' }
const tellPublisher = { text: 'Try again later. If it stays like this, tell the publisher of the image.' }
const network = { text: 'Check the network, then try again: what has come so far is kept.' }

const words: Readonly<Record<DownloadErrorKind, Words>> = {
  'not-https': {
    code: 'bad-request',
    title: 'Only https addresses are used for images',
    cause: 'Over http anybody on the way could exchange the file.',
    cure: { text: 'Use the https address of the same server.' },
  },
  'redirect-to-http': {
    code: 'command-failed',
    title: 'The server leads away from https',
    cause: 'Over http anybody on the way could exchange the file, so Petri does not follow.',
    cure: later,
  },
  'redirect-loop': {
    code: 'command-failed',
    title: 'The server sends Petri in a circle',
    cause: 'Its redirects lead back to where they began.',
    cure: tellPublisher,
  },
  'too-many-redirects': {
    code: 'command-failed',
    title: 'The server redirects too often',
    cause: 'Each address leads to another one.',
    cure: tellPublisher,
  },
  'bad-redirect': { code: 'command-failed', title: 'The server redirects to nowhere', cure: tellPublisher },
  certificate: {
    code: 'command-failed',
    title: 'The server cannot prove who it is',
    cause: 'Its certificate is not valid, this computer’s clock is wrong, or something on the way listens in.',
    cure: { text: 'See the certificate. An authority of your own is added with PETRI_CA_FILE.' },
  },
  'name-not-found': {
    code: 'unavailable',
    title: 'The server’s name is not known',
    cause: 'This computer is offline, or the name is wrong.',
    cure: { text: 'Check the network. Images that are here already can be used offline.' },
  },
  unreachable: {
    code: 'unavailable',
    title: 'The server cannot be reached',
    cause: 'This computer is offline, the server is down, or a firewall is between them.',
    cure: network,
  },
  silent: {
    code: 'not-answering',
    title: 'The server does not answer',
    cause: 'It took the connection and said nothing.',
    cure: network,
  },
  status: {
    code: 'command-failed',
    title: 'The server does not give the file',
    cause: 'It was moved or removed, or the server has a fault.',
    cure: {
      text: 'Read the servers’ lists anew; the publisher may have a newer build.',
      command: 'petri image list --refresh',
    },
  },
  encoded: {
    code: 'command-failed',
    title: 'The server changes the file on its way',
    cause: 'It sends it compressed, although it was asked not to; its size and digest would not fit.',
    cure: later,
  },
  'wrong-range': {
    code: 'command-failed',
    title: 'The server continues the file at the wrong place',
    cause: 'It was asked to go on where the connection was cut, and sends another part.',
    cure: later,
  },
  changed: {
    code: 'conflict',
    title: 'The file was changed on the server during the download',
    cause: 'The publisher has just put a new build there. The two halves do not belong together, so none is kept.',
    cure: { text: 'Read the servers’ lists anew and begin again.', command: 'petri image list --refresh' },
  },
  'no-size': {
    code: 'command-failed',
    title: 'The server does not say how large the file is',
    cause: 'It may be a stream without end, which would fill the disk.',
    cure: { text: 'Name its size as its publisher tells it (--size), or take it from another server.' },
  },
  'wrong-size': {
    code: 'command-failed',
    title: 'The file does not have the size that its publisher names',
    cause: 'The mirror holds another build, or a damaged one.',
    cure: later,
  },
  'too-short': {
    code: 'command-failed',
    title: 'The file ends too early',
    cause: 'The server holds a truncated copy.',
    cure: later,
  },
  'too-large': {
    code: 'command-failed',
    title: 'The server sends more than the file can have',
    cause: 'It is another file, or a stream without end. Petri stopped reading.',
    cure: later,
  },
  'cut-off': {
    code: 'command-failed',
    title: 'The connection was cut again and again',
    cause: 'The network or the server is not stable.',
    cure: network,
  },
  stalled: {
    code: 'not-answering',
    title: 'The download has come to a standstill',
    cause: 'The server or the network hardly delivers anything.',
    cure: network,
  },
  protocol: {
    code: 'command-failed',
    title: 'What answers is no web server',
    cause: 'Another program listens there, or something on the way answers in its place.',
    cure: { text: 'Check the address.' },
  },
}

/** A download's error in the words for the person who wanted the file; anything else stays as it is. */
export function downloadFailure(error: unknown): unknown {
  if (!(error instanceof DownloadError)) return error
  return new RefusedError({ ...words[error.kind], evidence: `${error.url}: ${error.message}` }, error)
}
