//! Work in pieces on at most two threads. Results come in the order of the pieces, so that how many threads there were is
//! nowhere to be seen.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Most threads that are used.
pub const MOST_THREADS: usize = 2;

/// Does `work` on the pieces `0..pieces`; each thread makes itself tools with `tools` first.
pub(crate) fn in_order<T: Send, S>(
    threads: usize,
    pieces: usize,
    tools: impl Fn() -> S + Sync,
    work: impl Fn(&mut S, usize) -> T + Sync,
) -> Vec<T> {
    let threads = threads.clamp(1, MOST_THREADS).min(pieces.max(1));
    if threads == 1 {
        let mut own = tools();
        return (0..pieces).map(|piece| work(&mut own, piece)).collect();
    }
    let next = AtomicUsize::new(0);
    let done: Mutex<Vec<Option<T>>> = Mutex::new((0..pieces).map(|_| None).collect());
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                let mut own = tools();
                loop {
                    let piece = next.fetch_add(1, Ordering::Relaxed);
                    if piece >= pieces {
                        break;
                    }
                    let result = work(&mut own, piece);
                    if let Ok(mut done) = done.lock() {
                        done[piece] = Some(result);
                    }
                }
            });
        }
    });
    done.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner).into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_the_order_of_the_pieces() {
        let one = in_order(1, 100, || 0, |_, n| n * n);
        assert_eq!(one, in_order(2, 100, || 0, |_, n| n * n));
        assert_eq!(one.len(), 100);
        assert!(in_order(2, 0, || 0, |_, n| n).is_empty());
    }
}
