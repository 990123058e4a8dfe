//! Use cases: authorise, decide, write facts, audit and jobs in one transaction
