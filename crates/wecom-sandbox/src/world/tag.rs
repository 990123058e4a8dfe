//! Corp tags and their groups. Tags keep their index for ever; deleting marks.

use std::ops::Range;

/// A group of tags.
#[derive(Debug, Clone)]
pub struct TagGroup {
    pub id: String,
    pub name: String,
    pub created: i64,
    pub order: i64,
    pub deleted: bool,
}

/// A corp tag.
#[derive(Debug, Clone)]
pub struct Tag {
    pub id: String,
    pub group: usize,
    pub name: String,
    pub created: i64,
    pub order: i64,
    pub deleted: bool,
}

/// All corp tags, and where the generated ones lie.
#[derive(Debug, Clone, Default)]
pub struct Tags {
    pub groups: Vec<TagGroup>,
    pub tags: Vec<Tag>,
    pub levels: Range<u32>,
    pub regions: Range<u32>,
    pub products: Range<u32>,
    pub stages: Range<u32>,
}

impl Tags {
    /// The live tag with an id.
    pub fn find(&self, id: &str) -> Option<u32> {
        let found = self
            .tags
            .iter()
            .position(|tag| tag.id == id && !tag.deleted)?;
        u32::try_from(found).ok()
    }

    /// The live group with an id.
    pub fn find_group(&self, id: &str) -> Option<usize> {
        self.groups
            .iter()
            .position(|group| group.id == id && !group.deleted)
    }

    /// Live tags of a group with their indices.
    pub fn of_group(&self, group: usize) -> impl Iterator<Item = &Tag> {
        self.tags
            .iter()
            .filter(move |tag| tag.group == group && !tag.deleted)
    }
}
