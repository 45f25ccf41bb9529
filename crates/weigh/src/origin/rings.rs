//! Strongly connected components, and one ring through each.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Components of a directed graph given by its successors, each sorted, in reverse topological order: what a component
/// leads to comes before it. Tarjan (1972), without recursion, so that no chain is too long for it.
pub(super) fn strongly_connected(next: &[Vec<usize>]) -> Vec<Vec<usize>> {
    const NONE: usize = usize::MAX;
    let n = next.len();
    let (mut order, mut low, mut on_stack) = (vec![NONE; n], vec![0; n], vec![false; n]);
    let (mut stack, mut out, mut count) = (Vec::new(), Vec::new(), 0);
    for start in 0..n {
        if order[start] != NONE {
            continue;
        }
        let mut work = vec![(start, 0usize)];
        while let Some((at, step)) = work.pop() {
            if step == 0 {
                order[at] = count;
                low[at] = count;
                count += 1;
                stack.push(at);
                on_stack[at] = true;
            } else {
                let child = next[at][step - 1];
                if on_stack[child] {
                    low[at] = low[at].min(low[child]);
                }
            }
            let further = (step..next[at].len()).find(|s| {
                let child = next[at][*s];
                if order[child] != NONE && on_stack[child] {
                    low[at] = low[at].min(order[child]);
                }
                order[child] == NONE
            });
            if let Some(s) = further {
                work.push((at, s + 1));
                work.push((next[at][s], 0));
            } else if low[at] == order[at] {
                let mut component = Vec::new();
                while let Some(top) = stack.pop() {
                    on_stack[top] = false;
                    component.push(top);
                    if top == at {
                        break;
                    }
                }
                component.sort_unstable();
                out.push(component);
            }
        }
    }
    out
}

/// A shortest ring through the least node of a component of several nodes.
pub(super) fn ring(next: &[Vec<usize>], component: &[usize]) -> Vec<usize> {
    let inside: BTreeSet<usize> = component.iter().copied().collect();
    let start = component[0];
    let mut from: BTreeMap<usize, usize> = BTreeMap::new();
    let mut queue = VecDeque::from([start]);
    while let Some(at) = queue.pop_front() {
        for &to in next[at].iter().filter(|to| inside.contains(to)) {
            if to == start {
                let mut ring = vec![at];
                while let Some(&before) = from.get(&ring[ring.len() - 1]) {
                    ring.push(before);
                }
                ring.reverse();
                return ring;
            }
            if let std::collections::btree_map::Entry::Vacant(slot) = from.entry(to) {
                slot.insert(at);
                queue.push_back(to);
            }
        }
    }
    component.to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_ring_and_a_tail() {
        let next = vec![vec![1], vec![2], vec![0, 3], vec![]];
        assert_eq!(strongly_connected(&next), [vec![3], vec![0, 1, 2]]);
        assert_eq!(ring(&next, &[0, 1, 2]), [0, 1, 2]);
    }

    #[test]
    fn a_long_chain_does_not_overflow() {
        let next: Vec<Vec<usize>> = (0..200_000).map(|i| if i + 1 < 200_000 { vec![i + 1] } else { vec![] }).collect();
        assert_eq!(strongly_connected(&next).len(), 200_000);
    }

    proptest! {
        #[test]
        fn components_are_those_of_the_definition(edges in prop::collection::vec((0usize..9, 0usize..9), 0..30)) {
            let mut next = vec![Vec::new(); 9];
            edges.iter().for_each(|(a, b)| next[*a].push(*b));
            let mut reach = [[false; 9]; 9];
            reach.iter_mut().enumerate().for_each(|(i, row)| row[i] = true);
            edges.iter().for_each(|(a, b)| reach[*a][*b] = true);
            for k in 0..9 {
                let through = reach[k];
                for row in &mut reach {
                    if row[k] {
                        row.iter_mut().zip(through).for_each(|(to, also)| *to |= also);
                    }
                }
            }
            let components = strongly_connected(&next);
            prop_assert_eq!(components.iter().map(Vec::len).sum::<usize>(), 9);
            for component in &components {
                for (i, row) in reach.iter().enumerate() {
                    let together = reach[component[0]][i] && row[component[0]];
                    prop_assert_eq!(component.contains(&i), together);
                }
                if component.len() > 1 {
                    let ring = ring(&next, component);
                    for (i, at) in ring.iter().enumerate() {
                        prop_assert!(next[*at].contains(&ring[(i + 1) % ring.len()]));
                    }
                }
            }
        }
    }
}
