//! Pictures and scenes.
