//! The part of the corp an account may act in.

use std::collections::{BTreeMap, BTreeSet};

use jiebang_domain::access::Scope;
use jiebang_domain::id::DepartmentId;
use jiebang_store::directory;

use crate::{App, Error};

/// The scope of an account limited to `departments`: they and all below them. No departments
/// means the whole corp.
///
/// # Errors
/// [`Error::Store`].
pub async fn scope_of(app: &App, departments: &[DepartmentId]) -> Result<Scope, Error> {
    if departments.is_empty() {
        return Ok(Scope::Corp);
    }
    let Ok(corp) = app.corp() else {
        return Ok(Scope::Departments(departments.iter().copied().collect()));
    };
    let tree = directory::departments(app.store().read(), &corp).await?;
    let edges = tree
        .iter()
        .map(|department| (department.parent_id, department.department_id));
    Ok(Scope::Departments(subtree(departments, edges)))
}

/// `roots` and whatever lies below them by the (parent, child) pairs; a circle does no harm.
fn subtree(
    roots: &[DepartmentId],
    edges: impl Iterator<Item = (DepartmentId, DepartmentId)>,
) -> BTreeSet<DepartmentId> {
    let mut children: BTreeMap<DepartmentId, Vec<DepartmentId>> = BTreeMap::new();
    for (parent, child) in edges {
        children.entry(parent).or_default().push(child);
    }
    let mut found = BTreeSet::new();
    let mut open = roots.to_vec();
    while let Some(department) = open.pop() {
        if found.insert(department) {
            open.extend(children.get(&department).into_iter().flatten());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_branch_is_everything_below_it_even_in_a_circle() {
        let edges = [(1, 2), (2, 3), (2, 4), (1, 5), (4, 2)];
        assert_eq!(subtree(&[2], edges.into_iter()), BTreeSet::from([2, 3, 4]));
        assert_eq!(subtree(&[9], edges.into_iter()), BTreeSet::from([9]));
    }
}
