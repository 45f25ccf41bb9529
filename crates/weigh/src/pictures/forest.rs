//! Which pictures are connected: a union-find that keeps the edges by which it grew.

/// An edge that connected two trees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Joined {
    pub a: u32,
    pub b: u32,
    pub distance: u32,
    pub turned: bool,
}

/// A union-find over pictures.
#[derive(Debug)]
pub(super) struct Forest {
    parent: Vec<u32>,
    size: Vec<u32>,
    /// In the order in which they connected; one fewer than members for every tree.
    pub edges: Vec<Joined>,
}

impl Forest {
    pub fn new(n: usize) -> Self {
        Forest { parent: (0..n as u32).collect(), size: vec![1; n], edges: Vec::new() }
    }

    /// How many pictures.
    pub fn len(&self) -> usize {
        self.parent.len()
    }

    /// Makes room for pictures up to `n`.
    pub fn grow(&mut self, n: usize) {
        self.parent.extend(self.parent.len() as u32..n.max(self.parent.len()) as u32);
        self.size.resize(self.parent.len(), 1);
    }

    /// The root of the tree that `at` is in; halves the path on its way (Tarjan and van Leeuwen 1984).
    pub fn root(&mut self, at: u32) -> u32 {
        let mut at = at as usize;
        while self.parent[at] as usize != at {
            let up = self.parent[self.parent[at] as usize];
            self.parent[at] = up;
            at = up as usize;
        }
        at as u32
    }

    /// Connects two trees; an edge inside a tree is not kept.
    pub fn join(&mut self, a: u32, b: u32, distance: u32, turned: bool) {
        let (mut ra, mut rb) = (self.root(a), self.root(b));
        if ra == rb {
            return;
        }
        if (self.size[ra as usize], rb) < (self.size[rb as usize], ra) {
            std::mem::swap(&mut ra, &mut rb);
        }
        self.parent[rb as usize] = ra;
        self.size[ra as usize] += self.size[rb as usize];
        self.edges.push(Joined { a, b, distance, turned });
    }
}
