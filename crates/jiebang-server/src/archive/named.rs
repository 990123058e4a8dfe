//! The names of those who did something, beside the references to them.

use jiebang_app::access::actor_names;

use super::keeping_dto::{ArchivePolicy, Erasure, Hold};
use crate::problem::Problem;
use crate::state::Web;

/// Tells who did something.
pub(super) trait Named {
    /// Each reference, with where its name goes.
    fn who(&mut self) -> Vec<(&str, &mut Option<String>)>;
}

impl Named for ArchivePolicy {
    fn who(&mut self) -> Vec<(&str, &mut Option<String>)> {
        let saved = (self.saved_by.as_str(), &mut self.saved_by_name);
        let activated = self.activated_by.as_deref();
        let activated = activated.map(|by| (by, &mut self.activated_by_name));
        std::iter::once(saved).chain(activated).collect()
    }
}

impl Named for Hold {
    fn who(&mut self) -> Vec<(&str, &mut Option<String>)> {
        let placed = (self.placed_by.as_str(), &mut self.placed_by_name);
        let lifted = self.lifted_by.as_deref();
        let lifted = lifted.map(|by| (by, &mut self.lifted_by_name));
        std::iter::once(placed).chain(lifted).collect()
    }
}

impl Named for Erasure {
    fn who(&mut self) -> Vec<(&str, &mut Option<String>)> {
        vec![(self.asked_by.as_str(), &mut self.asked_by_name)]
    }
}

/// Fills the names in.
pub(super) async fn named<T: Named>(web: &Web, mut items: Vec<T>) -> Result<Vec<T>, Problem> {
    let mut places: Vec<_> = items.iter_mut().flat_map(Named::who).collect();
    let names = actor_names(web.app(), places.iter().map(|(who, _)| *who)).await?;
    for (who, name) in &mut places {
        **name = names.get(*who).cloned();
    }
    Ok(items)
}

/// As [`named`], of one.
pub(super) async fn name<T: Named>(web: &Web, one: T) -> Result<T, Problem> {
    let mut all = named(web, vec![one]).await?;
    all.pop().ok_or_else(Problem::internal)
}
