//! [`Treap`]: an ordered map that is copied in no time.
//!
//! A clone shares all nodes; a change copies those on the way to what changed, about 2 log2(n) of
//! them, where they are shared. A node is as high as the hash of its key says, under a secret of its
//! own, so that nobody who chooses keys makes the tree deep (Seidel and Aragon, 1996).

use std::cmp::Ordering;
use std::hash::{BuildHasher, Hash, RandomState};
use std::sync::Arc;

#[derive(Clone)]
pub(super) struct Treap<K, V> {
    root: Link<K, V>,
    len: usize,
    height: RandomState,
}

type Link<K, V> = Option<Arc<Node<K, V>>>;

#[derive(Clone)]
struct Node<K, V> {
    key: K,
    value: V,
    height: u64,
    left: Link<K, V>,
    right: Link<K, V>,
}

impl<K, V> Default for Treap<K, V> {
    fn default() -> Self {
        Self {
            root: None,
            len: 0,
            height: RandomState::new(),
        }
    }
}

impl<K, V> Treap<K, V> {
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// The value whose key compares as equal: `compare` says how a key stands to the one sought.
    pub(super) fn find(&self, compare: impl Fn(&K) -> Ordering) -> Option<&V> {
        let mut link = &self.root;
        while let Some(node) = link {
            link = match compare(&node.key) {
                Ordering::Equal => return Some(&node.value),
                Ordering::Less => &node.right,
                Ordering::Greater => &node.left,
            };
        }
        None
    }

    /// The values in the order of their keys.
    pub(super) fn values(&self) -> Values<'_, K, V> {
        let mut values = Values { above: Vec::new() };
        values.descend(&self.root);
        values
    }
}

impl<K: Clone + Ord + Hash, V: Clone> Treap<K, V> {
    pub(super) fn get(&self, key: &K) -> Option<&V> {
        self.find(|other| other.cmp(key))
    }

    pub(super) fn contains(&self, key: &K) -> bool {
        self.get(key).is_some()
    }

    /// Takes the place of the value that the key has.
    pub(super) fn insert(&mut self, key: K, value: V) {
        self.remove(&key);
        let node = Node {
            height: self.height.hash_one(&key),
            key,
            value,
            left: None,
            right: None,
        };
        insert(&mut self.root, node);
        self.len += 1;
    }

    pub(super) fn remove(&mut self, key: &K) -> Option<V> {
        // A key that is not there must not cost copies.
        if !self.contains(key) {
            return None;
        }
        let removed = remove(&mut self.root, key);
        self.len -= usize::from(removed.is_some());
        removed
    }
}

fn insert<K: Clone + Ord, V: Clone>(link: &mut Link<K, V>, mut new: Node<K, V>) {
    match link {
        Some(node) if node.height >= new.height => {
            let node = Arc::make_mut(node);
            let side = if new.key < node.key {
                &mut node.left
            } else {
                &mut node.right
            };
            insert(side, new);
        }
        _ => {
            (new.left, new.right) = split(link.take(), &new.key);
            *link = Some(Arc::new(new));
        }
    }
}

/// The nodes before the key, and those after it.
fn split<K: Clone + Ord, V: Clone>(link: Link<K, V>, key: &K) -> (Link<K, V>, Link<K, V>) {
    let Some(mut shared) = link else {
        return (None, None);
    };
    let node = Arc::make_mut(&mut shared);
    if node.key < *key {
        let (before, after) = split(node.right.take(), key);
        node.right = before;
        (Some(shared), after)
    } else {
        let (before, after) = split(node.left.take(), key);
        node.left = after;
        (before, Some(shared))
    }
}

fn remove<K: Clone + Ord, V: Clone>(link: &mut Link<K, V>, key: &K) -> Option<V> {
    let node = link.as_mut()?;
    match node.key.cmp(key) {
        Ordering::Equal => {
            let node = Arc::make_mut(node);
            let (left, right) = (node.left.take(), node.right.take());
            let removed = link.take();
            *link = merge(left, right);
            removed.map(|node| node.value.clone())
        }
        Ordering::Less => remove(&mut Arc::make_mut(node).right, key),
        Ordering::Greater => remove(&mut Arc::make_mut(node).left, key),
    }
}

/// All keys of `left` are before those of `right`.
fn merge<K: Clone, V: Clone>(left: Link<K, V>, right: Link<K, V>) -> Link<K, V> {
    match (left, right) {
        (None, other) | (other, None) => other,
        (Some(mut left), Some(mut right)) => {
            if left.height >= right.height {
                let node = Arc::make_mut(&mut left);
                node.right = merge(node.right.take(), Some(right));
                Some(left)
            } else {
                let node = Arc::make_mut(&mut right);
                node.left = merge(Some(left), node.left.take());
                Some(right)
            }
        }
    }
}

/// See [`Treap::values`].
pub(super) struct Values<'a, K, V> {
    /// The next node is the last one, then its right side, then those above.
    above: Vec<&'a Node<K, V>>,
}

impl<'a, K, V> Values<'a, K, V> {
    fn descend(&mut self, mut link: &'a Link<K, V>) {
        while let Some(node) = link {
            self.above.push(node);
            link = &node.left;
        }
    }
}

impl<'a, K, V> Iterator for Values<'a, K, V> {
    type Item = &'a V;

    fn next(&mut self) -> Option<&'a V> {
        let node = self.above.pop()?;
        self.descend(&node.right);
        Some(&node.value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn is_a_map_whose_copies_do_not_change(
            steps in proptest::collection::vec((any::<bool>(), 0_u8..64, any::<u8>()), 0..200)
        ) {
            let mut treap = Treap::default();
            let mut model = BTreeMap::new();
            let mut copies = Vec::new();
            for (is_insert, key, value) in steps {
                copies.push((treap.clone(), model.clone()));
                if is_insert {
                    treap.insert(key, value);
                    model.insert(key, value);
                } else {
                    prop_assert_eq!(treap.remove(&key), model.remove(&key));
                }
            }
            copies.push((treap, model));
            for (treap, model) in copies {
                prop_assert_eq!(treap.len(), model.len());
                prop_assert!(treap.values().eq(model.values()));
                for key in 0..64 {
                    prop_assert_eq!(treap.get(&key), model.get(&key));
                }
            }
        }
    }

    #[test]
    fn is_not_deep_when_keys_come_in_order() {
        fn depth<K, V>(link: &Link<K, V>) -> usize {
            let Some(node) = link else { return 0 };
            1 + depth(&node.left).max(depth(&node.right))
        }
        let mut treap = Treap::default();
        for key in 0..10_000_u32 {
            treap.insert(key, ());
        }
        // 33 is the mean for so many.
        assert!(depth(&treap.root) < 80, "{}", depth(&treap.root));
    }
}
