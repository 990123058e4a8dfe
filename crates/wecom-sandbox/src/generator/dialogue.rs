//! Small talk between a member and a customer, from templates.

use super::names::PRODUCTS;
use crate::seed::Draw;
use crate::world::World;
use crate::world::clock::DAY;

/// One line of a dialogue.
pub struct Line {
    /// Unix seconds.
    pub at: i64,
    /// True if the customer says it.
    pub customer: bool,
    /// What is said.
    pub text: String,
}

const EXCHANGES: &[(&str, &str)] = &[
    (
        "您好，{p}还有现货吗？",
        "您好，{p}目前有现货，三天内可以发出。",
    ),
    (
        "上次的报价能再优惠一点吗？",
        "我向经理申请一下，今天下班前给您答复。",
    ),
    (
        "{p}的安装师傅什么时候来？",
        "已经预约了，师傅会提前一小时联系您。",
    ),
    ("发票开好了吗？", "开好了，电子发票已经发到您的邮箱。"),
    (
        "合同盖章后寄到公司就行。",
        "收到，今天用快递寄出，单号稍后发您。",
    ),
    (
        "{p}用着有点问题，能看看吗？",
        "麻烦您拍张照片，我马上转给售后同事。",
    ),
    (
        "月底我们要再采购一批。",
        "好的，我先帮您留货，数量定了告诉我。",
    ),
    ("周三下午方便过来谈吗？", "方便的，周三下午两点我准时到。"),
];

/// What a member and a customer said, oldest first.
pub fn dialogue(world: &World, customer: u32, member: u32, since: i64) -> Vec<Line> {
    let position = u64::from(customer) << 20 | u64::from(member);
    let mut draw = Draw::new(world.seed, 0x21, position);
    let product = draw.pick(PRODUCTS);
    let mut at = since + 60;
    let mut lines = vec![Line {
        at,
        customer: false,
        text: "您好，我是您的专属顾问，有需要随时联系我。".into(),
    }];
    for _ in 0..2 + draw.below(6) {
        at += i64::try_from(draw.below(20)).unwrap_or(0) * DAY / 2 + 600;
        if at > world.now {
            break;
        }
        let (question, answer) = EXCHANGES[draw.index(EXCHANGES.len())];
        lines.push(Line {
            at,
            customer: true,
            text: question.replace("{p}", product),
        });
        at += 30 + i64::try_from(draw.below(1_800)).unwrap_or(0);
        lines.push(Line {
            at,
            customer: false,
            text: answer.replace("{p}", product),
        });
    }
    lines
}
