//! Tests of the grammar over tables.
