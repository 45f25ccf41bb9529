//! What a text says and who says it.
