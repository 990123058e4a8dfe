//! The program from outside: its commands, its configuration, a new user's first minutes, and
//! what the documents promise.

mod architecture;
mod arguments;
mod capabilities;
mod documents;
mod first_run;
mod main_job;
mod program;
