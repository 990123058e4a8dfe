//! The catalogue of everything a user reads, in Chinese and English.
