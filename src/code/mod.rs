//! What an app carries besides its manifest: DEX files, native libraries, assets; the strings and names in them.
