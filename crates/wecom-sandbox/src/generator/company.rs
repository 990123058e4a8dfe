//! Departments, members and who of them is awkward.

use super::names::{CITIES, HEAD_OFFICE, person};
use crate::options::Options;
use crate::seed::Draw;
use crate::world::clock::DAY;
use crate::world::member::{Department, Member};
use crate::world::{Strategy, World};

const MEMBER: u64 = 0x31;

/// Members who have customers, by their part in the story.
pub struct Sellers {
    /// Everybody of the branches, leavers and awkward ones included.
    pub all: Vec<u32>,
    /// The leaver a demo is about.
    pub prominent: Option<u32>,
    /// Left with few customers.
    pub small: Option<u32>,
    /// Left with groups and without a single customer.
    pub groups_only: Option<u32>,
    /// Left more than a year ago.
    pub long_gone: Option<u32>,
    /// Has almost as many customers as allowed.
    pub nearly_full: Option<u32>,
}

/// Makes departments and members.
pub fn found(world: &mut World, options: &Options) -> Sellers {
    let root = world.corp_name.clone();
    department(world, root, 0, 100);
    let head = department(world, "总部".to_owned(), 1, 100);
    let mut teams: Vec<(u32, usize, &str)> = Vec::new();
    for (place, (name, position)) in HEAD_OFFICE.iter().enumerate() {
        let order = 90 - u32::try_from(place).unwrap_or(0);
        teams.push((
            department(world, (*name).to_owned(), head, order),
            0,
            *position,
        ));
    }
    let in_head = (options.staff / 8)
        .min(60)
        .max(usize::from(options.staff >= 6));
    hire(world, &teams, in_head);
    if let Some(first) = world.members.first_mut() {
        "总经理".clone_into(&mut first.position);
    }
    let in_branches = options.staff - world.members.len();
    let branches = (options.staff / 25).clamp(1, CITIES.len());
    for place in 0..branches {
        let share = in_branches * (place + 1) / branches - in_branches * place / branches;
        branch(world, place, share);
    }
    let from = u32::try_from(in_head).unwrap_or(0);
    let all: Vec<u32> = (from..u32::try_from(world.members.len()).unwrap_or(0)).collect();
    for seller in &all {
        world.person_mut(*seller).customer_contact = true;
    }
    cast(world, options, all)
}

fn department(world: &mut World, name: String, parent: u32, order: u32) -> u32 {
    let id = u32::try_from(world.departments.len()).unwrap_or(0) + 1;
    world.departments.insert(
        id,
        Department {
            name,
            parent,
            order,
            leaders: Vec::new(),
        },
    );
    id
}

fn branch(world: &mut World, place: usize, people: usize) {
    let city = CITIES[place];
    let order = 80 - u32::try_from(place).unwrap_or(0);
    let branch = department(world, format!("{city}分公司"), 1, order);
    let sales = (people / 15).clamp(1, 12);
    let mut teams = Vec::new();
    for team in 1..=sales {
        let order = 50 - u32::try_from(team).unwrap_or(0);
        let name = format!("{city}销售{}部", chinese(team));
        teams.push((department(world, name, branch, order), place, "客户经理"));
    }
    if people >= 8 {
        let name = format!("{city}客户服务部");
        teams.push((department(world, name, branch, 10), place, "客户服务专员"));
    }
    hire(world, &teams, people);
    let created = world.now - 700 * DAY;
    let id = u32::try_from(world.strategies.len()).unwrap_or(0) + 1;
    let admins = world
        .departments
        .get(&teams[0].0)
        .map(|d| d.leaders.clone())
        .unwrap_or_default();
    let name = format!("{city}客户规则组");
    world.strategies.insert(
        id,
        Strategy {
            name,
            parent: 0,
            created,
            admins,
            departments: vec![branch],
        },
    );
}

fn chinese(number: usize) -> &'static str {
    [
        "零", "一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二",
    ]
    .get(number)
    .copied()
    .unwrap_or("综合")
}

/// Spreads people over teams; the first of a team leads it.
fn hire(world: &mut World, teams: &[(u32, usize, &str)], people: usize) {
    for number in 0..people {
        let (department, city, position) = teams[number * teams.len() / people.max(1)];
        let index = u32::try_from(world.members.len()).unwrap_or(0);
        let leader = world
            .departments
            .get(&department)
            .and_then(|d| d.leaders.first().copied());
        let mut member = generated(world, index, city);
        member.departments = vec![department];
        member.leads = vec![leader.is_none()];
        member.direct_leader = leader;
        member.position = match (leader, position) {
            (None, "客户经理") => "销售主管".to_owned(),
            (None, _) => "部门负责人".to_owned(),
            _ => position.to_owned(),
        };
        if leader.is_none()
            && let Some(place) = world.departments.get_mut(&department)
        {
            place.leaders.push(index);
        }
        enrol(world, member);
    }
}

fn generated(world: &World, index: u32, city: usize) -> Member {
    let mut draw = Draw::new(world.seed, MEMBER, u64::from(index));
    let (name, spelled) = person(&mut draw);
    let mut userid = spelled.clone();
    let mut number = 1;
    while world.member_index.contains_key(&userid) {
        number += 1;
        userid = format!("{spelled}{number:03}");
    }
    Member {
        userid,
        name,
        gender: if draw.chance(0.5) { 1 } else { 2 },
        mobile: format!("1390000{:04}", draw.below(10_000)),
        city,
        activated: true,
        real_name: true,
        visible: true,
        logged_in_at: world.now - i64::try_from(draw.below(20)).unwrap_or(0) * DAY / 2,
        customer_limit: 20_000,
        ..Member::default()
    }
}

/// Puts a member into the directory.
pub fn enrol(world: &mut World, member: Member) -> u32 {
    let index = u32::try_from(world.members.len()).unwrap_or(u32::MAX);
    world
        .member_index
        .insert(member.userid.to_ascii_lowercase(), index);
    world.members.push(member);
    index
}

/// Decides who left and who is awkward; none of them leads a team.
fn cast(world: &mut World, options: &Options, all: Vec<u32>) -> Sellers {
    let mut free = all
        .iter()
        .copied()
        .filter(|seller| !world.person(*seller).leads.contains(&true))
        .collect::<Vec<_>>()
        .into_iter();
    let enough = all.len() >= 16;
    let prominent = if options.leaver.is_some() || enough {
        free.next()
    } else {
        None
    };
    let now = world.now;
    if let Some(leaver) = prominent {
        let spec = options.leaver.clone().unwrap_or_default();
        rename(world, leaver, spec.userid, spec.name);
        if let Some(days) = spec.left_days_ago {
            let person = world.person_mut(leaver);
            person.left_at = Some(now - days.clamp(0, 36_500) * DAY);
            person.logged_in_at = now - days.clamp(0, 36_500) * DAY - 3_600;
        }
    }
    // Some plain colleagues stand between the leaver and the awkward ones.
    let mut free = free.skip(3);
    let mut next = || if enough { free.next() } else { None };
    let (small, groups_only, long_gone, nearly_full) = (next(), next(), next(), next());
    let (inactive, unnamed, stale, without) = (next(), next(), next(), next());
    for (leaver, days) in [(small, 12), (groups_only, 20), (long_gone, 400)] {
        if let Some(leaver) = leaver {
            let person = world.person_mut(leaver);
            person.left_at = Some(now - days * DAY);
            person.logged_in_at = now - (days + 1) * DAY;
        }
    }
    if let Some(index) = inactive {
        world.person_mut(index).activated = false;
    }
    if let Some(index) = unnamed {
        world.person_mut(index).real_name = false;
    }
    if let Some(index) = stale {
        world.person_mut(index).logged_in_at = now - 400 * DAY;
    }
    if let Some(index) = without {
        world.person_mut(index).customer_contact = false;
    }
    Sellers {
        all,
        prominent,
        small,
        groups_only,
        long_gone,
        nearly_full,
    }
}

fn rename(world: &mut World, member: u32, userid: Option<String>, name: Option<String>) {
    if let Some(userid) = userid
        && !world
            .member_index
            .contains_key(&userid.to_ascii_lowercase())
    {
        let old = world.person(member).userid.to_ascii_lowercase();
        world.member_index.remove(&old);
        world
            .member_index
            .insert(userid.to_ascii_lowercase(), member);
        world.person_mut(member).userid = userid;
    }
    if let Some(name) = name {
        world.person_mut(member).name = name;
    }
}
