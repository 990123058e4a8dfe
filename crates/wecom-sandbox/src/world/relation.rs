//! Making and ending relations, leaving and returning.

use std::borrow::Cow;

use super::World;
use super::customer::{Customer, Follow, FollowInfo};
use crate::callback::event::Event;
use crate::generator::people;

impl World {
    /// What a follower wrote, generated if untouched.
    pub fn follow_info<'a>(&'a self, customer: u32, follow: &'a Follow) -> Cow<'a, FollowInfo> {
        match &follow.info {
            Some(info) => Cow::Borrowed(&**info),
            None => Cow::Owned(people::follow_info(self, customer, follow)),
        }
    }

    /// What a follower wrote, for changing it; `None` without a relation.
    pub fn follow_info_mut(&mut self, customer: u32, member: u32) -> Option<&mut FollowInfo> {
        let place = self.customers.get(customer as usize)?;
        let follow = place.follow(member)?;
        if follow.info.is_none() {
            let info = people::follow_info(self, customer, follow);
            self.customers[customer as usize].follow_mut(member)?.info = Some(Box::new(info));
        }
        self.customers[customer as usize]
            .follow_mut(member)?
            .info
            .as_deref_mut()
    }

    /// A new customer of a member.
    pub fn add_customer(&mut self, member: u32, name: &str, add_way: u16) -> u32 {
        let index = u32::try_from(self.customers.len()).unwrap_or(u32::MAX);
        self.customers.push(Customer {
            follows: Vec::new(),
            name: Some(name.into()),
        });
        self.relate(
            index,
            member,
            add_way,
            FollowInfo {
                remark: name.to_owned(),
                ..FollowInfo::default()
            },
        );
        self.announce(&Event::AddContact {
            member,
            customer: index,
        });
        index
    }

    /// Makes a relation unless there is one.
    pub fn relate(&mut self, customer: u32, member: u32, add_way: u16, info: FollowInfo) {
        let created = self.now;
        let place = &mut self.customers[customer as usize];
        if place.follow(member).is_none() {
            let info = Some(Box::new(info));
            place.follows.push(Follow {
                created,
                info,
                member,
                add_way,
                deleted_by_customer: false,
            });
            self.person_mut(member).customers.insert(customer);
        }
    }

    /// Ends a relation and gives back what it was.
    pub fn unrelate(&mut self, customer: u32, member: u32) -> Option<Follow> {
        let place = &mut self.customers[customer as usize];
        let position = place
            .follows
            .iter()
            .position(|follow| follow.member == member)?;
        let follow = place.follows.remove(position);
        self.person_mut(member).customers.remove(&customer);
        Some(follow)
    }

    /// A member leaves the corp.
    pub fn leave(&mut self, member: u32) {
        let now = self.now;
        let person = self.person_mut(member);
        if person.left_at.is_none() {
            person.left_at = Some(now);
            self.announce(&Event::DeleteUser { member });
        }
    }

    /// A member who left is back under the same userid.
    pub fn return_to_corp(&mut self, member: u32) {
        let person = self.person_mut(member);
        if person.left_at.take().is_some() {
            self.announce(&Event::CreateUser { member });
        }
    }

    /// Members in service inside the visible range.
    pub fn visible_members(&self) -> impl Iterator<Item = u32> + '_ {
        (0u32..)
            .zip(&self.members)
            .filter(|(_, member)| member.left_at.is_none() && member.visible)
            .map(|(index, _)| index)
    }
}
