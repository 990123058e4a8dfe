//! Keys, envelopes and hashes: bytes in, bytes out
