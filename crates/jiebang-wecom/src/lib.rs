//! WeCom: API client, callbacks, message parsing
