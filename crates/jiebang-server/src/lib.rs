//! HTTP: routes, DTOs, OpenAPI, sessions, server-sent events
