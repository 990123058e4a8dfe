//! Facts about customers, each computed from the seed and the customer's
//! index when somebody asks.

use super::names::{CITIES, FIRMS, NICKNAMES, PRODUCTS, SURNAMES, TITLES, TRADES, person};
use crate::seed::Draw;
use crate::world::World;
use crate::world::customer::{Follow, FollowInfo};

const NAME: u64 = 0x11;
const WROTE: u64 = 0x12;
const PROFILE: u64 = 0x13;

/// What the platform knows of a customer beside the name.
pub struct Profile {
    /// 1 WeChat user, 2 WeCom user.
    pub kind: i64,
    /// 0 unknown, 1 male, 2 female.
    pub gender: i64,
    /// Only of WeCom users.
    pub firm: Option<String>,
}

/// The name a customer shows.
pub fn customer_name(world: &World, customer: u32) -> String {
    if let Some(name) = world
        .customers
        .get(customer as usize)
        .and_then(|c| c.name.as_deref())
    {
        return name.to_owned();
    }
    let mut draw = Draw::new(world.seed, NAME, u64::from(customer));
    match draw.below(10) {
        0..6 => person(&mut draw).0,
        6 | 7 => {
            let surname = SURNAMES[draw.index(SURNAMES.len())].0;
            format!("{surname}{}", draw.pick(TITLES))
        }
        _ => draw.pick(NICKNAMES).to_owned(),
    }
}

/// Kind, gender and firm of a customer.
pub fn profile(world: &World, customer: u32) -> Profile {
    let mut draw = Draw::new(world.seed, PROFILE, u64::from(customer));
    let kind = if draw.chance(0.08) && customer < world.generated_customers {
        2
    } else {
        1
    };
    let gender = i64::try_from(draw.below(3)).unwrap_or(0);
    Profile {
        kind,
        gender,
        firm: (kind == 2).then(|| firm(&mut draw)),
    }
}

fn firm(draw: &mut Draw) -> String {
    format!(
        "{}{}{}",
        draw.pick(CITIES),
        draw.pick(FIRMS),
        draw.pick(TRADES)
    )
}

/// What a member wrote about a customer, as generated.
pub fn follow_info(world: &World, customer: u32, follow: &Follow) -> FollowInfo {
    let position = u64::from(customer) << 20 | u64::from(follow.member);
    let mut draw = Draw::new(world.seed, WROTE, position);
    let name = customer_name(world, customer);
    let product = draw.index(PRODUCTS.len());
    let written_firm = draw.chance(0.5).then(|| firm(&mut draw));
    // Nicknames in Latin letters have no surname to address.
    let chinese = name.chars().next().is_some_and(|first| first >= '\u{4e00}');
    let surname: String = if chinese {
        name.chars().take(1).collect()
    } else {
        name.clone()
    };
    let remark = match draw.below(5) {
        0 => name,
        1 | 2 => format!("{name}-{}", PRODUCTS[product]),
        3 => format!("{surname}{}-{}", draw.pick(TITLES), PRODUCTS[product]),
        _ => format!("{name}（{}）", written_firm.as_deref().unwrap_or("老客户")),
    };
    let description = match draw.below(3) {
        0 => String::new(),
        1 => format!(
            "意向产品：{}，预算约 {} 万",
            PRODUCTS[product],
            1 + draw.below(50)
        ),
        _ => format!("{}月再次回访，关注交付时间", 1 + draw.below(12)),
    };
    // Numbers of a range that carriers keep for fiction.
    let mobiles = if draw.chance(0.4) {
        vec![format!("1380000{:04}", draw.below(10_000))]
    } else {
        Vec::new()
    };
    let state = draw
        .chance(0.15)
        .then(|| format!("channel-{}", 1 + draw.below(9)));
    FollowInfo {
        remark: remark.chars().take(20).collect(),
        description,
        company: written_firm.unwrap_or_default(),
        mobiles,
        tags: tags(world, &mut draw, follow.member, product),
        state,
    }
}

fn tags(world: &World, draw: &mut Draw, member: u32, product: usize) -> Vec<u32> {
    let mut tags = Vec::new();
    let mut add = |range: &std::ops::Range<u32>, position: usize| {
        let wanted = range.start + u32::try_from(position).unwrap_or(0);
        if range.contains(&wanted) {
            tags.push(wanted);
        }
    };
    if draw.chance(0.7) {
        add(&world.tags.levels, draw.index(world.tags.levels.len()));
    }
    if draw.chance(0.8) {
        add(&world.tags.regions, world.person(member).city);
    }
    if draw.chance(0.6) {
        add(&world.tags.products, product);
    }
    if draw.chance(0.5) {
        add(&world.tags.stages, draw.index(world.tags.stages.len()));
    }
    tags
}

/// The name a group shows; some groups have none.
pub fn group_name(world: &World, group: u32) -> String {
    let Some(place) = world.groups.get(group as usize) else {
        return String::new();
    };
    if let Some(name) = place.name.as_deref() {
        return name.to_owned();
    }
    let mut draw = Draw::new(world.seed, 0x14, place.topic);
    if draw.chance(0.04) {
        return String::new();
    }
    let city = CITIES[world
        .person(place.staff.first().copied().unwrap_or(place.owner))
        .city];
    match draw.below(3) {
        0 => format!("{city}{}{}交流群", draw.pick(FIRMS), draw.pick(TRADES)),
        1 => format!("{}项目服务群{}", draw.pick(PRODUCTS), 1 + draw.below(60)),
        _ => format!("{city}{}用户群{}", draw.pick(PRODUCTS), 1 + draw.below(30)),
    }
}
