//! Backups. Being written.
