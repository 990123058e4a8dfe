//! Which department lies below which.

use std::collections::BTreeMap;

use jiebang_domain::id::{CorpId, DepartmentId};
use jiebang_store::directory;

use crate::{App, Error};

/// Parents of departments; a circle does no harm.
pub(crate) struct Tree(BTreeMap<DepartmentId, DepartmentId>);

impl Tree {
    pub(crate) async fn read(app: &App, corp: &CorpId) -> Result<Self, Error> {
        let departments = directory::departments(app.store().read(), corp).await?;
        let parent = departments.iter();
        Ok(Self(
            parent
                .map(|department| (department.department_id, department.parent_id))
                .collect(),
        ))
    }

    /// The department and those above it, nearest first.
    pub(crate) fn upwards(&self, department: DepartmentId) -> Vec<DepartmentId> {
        let mut way = vec![department];
        while let Some(parent) = way.last().and_then(|last| self.0.get(last)) {
            if way.contains(parent) {
                break;
            }
            way.push(*parent);
        }
        way
    }
}
