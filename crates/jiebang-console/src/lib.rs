//! The built console, embedded
