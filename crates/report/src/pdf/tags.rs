//! The tree of tags, before the content it speaks of is drawn.
//!
//! A [`Tree`] names *marks*; `emit` fills each mark with the pieces of content that were drawn for
//! it, on whatever page they came to lie, and [`finish`] turns the whole into the writer's tree.

use krilla::tagging::{Node, TagGroup, TagKind};

/// A place in the tree that content is drawn for.
pub(crate) type Mark = usize;

/// A part of the tree.
#[derive(Clone, Debug)]
pub(crate) enum Tree {
    /// An element with children.
    Group(TagKind, Vec<Tree>),
    /// Content.
    Mark(Mark),
}

impl Tree {
    /// An element.
    pub(crate) fn group(tag: impl Into<TagKind>, children: Vec<Tree>) -> Self {
        Tree::Group(tag.into(), children)
    }

    /// An element that holds one mark.
    pub(crate) fn leaf(tag: impl Into<TagKind>, mark: Mark) -> Self {
        Tree::Group(tag.into(), vec![Tree::Mark(mark)])
    }
}

/// Puts the drawn content into its places.
pub(crate) fn finish(tree: Vec<Tree>, drawn: &mut [Vec<Node>]) -> Vec<Node> {
    tree.into_iter()
        .flat_map(|part| match part {
            Tree::Mark(mark) => drawn.get_mut(mark).map(std::mem::take).unwrap_or_default(),
            Tree::Group(tag, children) => {
                vec![Node::Group(TagGroup::with_children(tag, finish(children, drawn)))]
            }
        })
        .collect()
}
