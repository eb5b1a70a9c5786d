import type { ImageKind, ImageServer, ImageTrust } from '#contract/image'

export const kindWords: Readonly<Record<ImageKind, string>> = {
  disk: 'Disk',
  iso: 'Installer or live CD',
  root: 'Container root',
}

/** A trust level in few words, with what it means. */
export const trustWords: Readonly<Record<ImageTrust, { readonly label: string; readonly meaning: string }>> = {
  signed: { label: 'Signed', meaning: 'A key that Petri knows vouches for it.' },
  'publisher-digest': { label: 'Publisher’s digest', meaning: 'Its publisher’s digest, fetched over https.' },
  pinned: { label: 'Your digest', meaning: 'Its digest is the one that was named for it.' },
  none: { label: 'Unverified', meaning: 'Nobody vouches for it.' },
}

export const signatureWords: Readonly<Record<ImageServer['signature'], string>> = {
  signed: 'Signed lists',
  unchecked: 'Signed, not checked: the keyring is missing here',
  unsigned: 'Not signed',
}
