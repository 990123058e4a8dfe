//! A WeCom for tests, demos and other people's projects
