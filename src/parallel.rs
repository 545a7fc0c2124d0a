//! The same work for many items, on all processors.

use std::num::NonZero;
use std::thread;

/// Items below this are done in place: starting a thread costs more than they do.
const WORTH_A_THREAD: usize = 8;

/// `work` of every item, in the order of the items.
pub(crate) fn map<I: Send, O: Send>(items: Vec<I>, work: impl Fn(I) -> O + Sync) -> Vec<O> {
    let threads = thread::available_parallelism().map_or(1, NonZero::get);
    if threads == 1 || items.len() < WORTH_A_THREAD {
        return items.into_iter().map(work).collect();
    }
    let share = items.len().div_ceil(threads);
    let mut rest = items.into_iter();
    let shares: Vec<Vec<I>> =
        std::iter::from_fn(|| Some(rest.by_ref().take(share).collect::<Vec<I>>()).filter(|share| !share.is_empty()))
            .collect();
    thread::scope(|scope| {
        let work = &work;
        let spawn = |share: Vec<I>| scope.spawn(move || share.into_iter().map(work).collect::<Vec<O>>());
        let running: Vec<_> = shares.into_iter().map(spawn).collect();
        running
            .into_iter()
            .flat_map(|thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect()
    })
}

/// Takes values of `size` parts apart on another thread, where they are many: nothing waits for it.
pub(crate) fn discard<T: Send + 'static>(values: T, size: usize) {
    const MANY: usize = 10_000;
    if size >= MANY {
        thread::spawn(move || drop(values));
    }
}
