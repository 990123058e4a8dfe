//! Word lists of the company that does not exist.

use crate::seed::Draw;

/// Common surnames with their spelling.
pub const SURNAMES: &[(&str, &str)] = &[
    ("王", "wang"),
    ("李", "li"),
    ("张", "zhang"),
    ("刘", "liu"),
    ("陈", "chen"),
    ("杨", "yang"),
    ("赵", "zhao"),
    ("黄", "huang"),
    ("周", "zhou"),
    ("吴", "wu"),
    ("徐", "xu"),
    ("孙", "sun"),
    ("胡", "hu"),
    ("朱", "zhu"),
    ("高", "gao"),
    ("林", "lin"),
    ("何", "he"),
    ("郭", "guo"),
    ("马", "ma"),
    ("罗", "luo"),
    ("梁", "liang"),
    ("宋", "song"),
    ("郑", "zheng"),
    ("谢", "xie"),
    ("韩", "han"),
    ("唐", "tang"),
    ("冯", "feng"),
    ("于", "yu"),
    ("董", "dong"),
    ("萧", "xiao"),
    ("程", "cheng"),
    ("曹", "cao"),
    ("袁", "yuan"),
    ("邓", "deng"),
    ("许", "xu"),
    ("傅", "fu"),
    ("沈", "shen"),
    ("曾", "zeng"),
    ("彭", "peng"),
    ("吕", "lv"),
    ("苏", "su"),
    ("卢", "lu"),
];

/// Syllables of given names with their spelling.
pub const GIVEN: &[(&str, &str)] = &[
    ("伟", "wei"),
    ("芳", "fang"),
    ("娜", "na"),
    ("敏", "min"),
    ("静", "jing"),
    ("丽", "li"),
    ("强", "qiang"),
    ("磊", "lei"),
    ("军", "jun"),
    ("洋", "yang"),
    ("勇", "yong"),
    ("艳", "yan"),
    ("杰", "jie"),
    ("娟", "juan"),
    ("涛", "tao"),
    ("明", "ming"),
    ("超", "chao"),
    ("秀", "xiu"),
    ("霞", "xia"),
    ("平", "ping"),
    ("刚", "gang"),
    ("桂", "gui"),
    ("文", "wen"),
    ("辉", "hui"),
    ("鑫", "xin"),
    ("宇", "yu"),
    ("博", "bo"),
    ("佳", "jia"),
    ("思", "si"),
    ("雨", "yu"),
    ("晨", "chen"),
    ("浩", "hao"),
    ("梓", "zi"),
    ("涵", "han"),
    ("怡", "yi"),
    ("欣", "xin"),
    ("俊", "jun"),
    ("嘉", "jia"),
    ("诗", "shi"),
    ("琪", "qi"),
    ("雪", "xue"),
    ("岩", "yan"),
    ("峰", "feng"),
    ("琳", "lin"),
    ("慧", "hui"),
    ("婷", "ting"),
    ("楠", "nan"),
    ("凯", "kai"),
];

/// Branches: name and the spelling used nowhere but in ids.
pub const CITIES: &[&str] = &[
    "上海", "北京", "广州", "深圳", "杭州", "成都", "武汉", "南京", "苏州", "西安", "重庆", "天津",
    "青岛", "长沙", "郑州", "厦门", "宁波", "合肥", "福州", "沈阳",
];

/// What the company sells.
pub const PRODUCTS: &[&str] = &[
    "企业办公套装",
    "智能门锁",
    "会议平板",
    "空气净化",
    "净水设备",
    "仓储货架",
    "安防监控",
    "节能照明",
];

/// Levels of the first tag group.
pub const LEVELS: &[&str] = &["VIP", "重要", "普通", "潜在"];

/// Steps of a sale.
pub const STAGES: &[&str] = &[
    "初步接触",
    "需求确认",
    "报价中",
    "合同签订",
    "已成交",
    "售后维护",
];

/// Parts of customers' company names.
pub const FIRMS: &[&str] = &[
    "恒达",
    "瑞丰",
    "鼎盛",
    "新远",
    "华阳",
    "嘉禾",
    "汇通",
    "永安",
    "博源",
    "锦程",
    "天成",
    "云起",
    "星海",
    "正泰来",
    "百川",
    "和润",
];

/// Lines of business of customers.
pub const TRADES: &[&str] = &[
    "包装",
    "餐饮",
    "装饰工程",
    "物流",
    "电子",
    "教育咨询",
    "酒店",
    "服饰",
    "医疗器械",
    "建材",
    "广告",
    "物业",
    "食品",
    "机电",
];

/// Forms of address in remarks.
pub const TITLES: &[&str] = &["总", "经理", "主任", "老师", "姐", "哥", "工"];

/// Nicknames people give themselves.
pub const NICKNAMES: &[&str] = &[
    "晴天",
    "简单就好",
    "随遇而安",
    "A0建材老王",
    "Lucky",
    "一路向北",
    "Sunny☀️",
    "静水流深",
    "海阔天空",
    "Coco",
    "小确幸",
    "老船长",
    "木子",
    "Vincent",
    "大鹏展翅",
    "橙子🍊",
    "顺其自然",
    "Tina",
    "清风徐来",
];

/// Head-office departments and the position of their people.
pub const HEAD_OFFICE: &[(&str, &str)] = &[
    ("总经理办公室", "总经理助理"),
    ("人力资源部", "人事专员"),
    ("财务部", "会计"),
    ("信息技术部", "系统管理员"),
    ("市场部", "市场专员"),
];

/// A person's name: Chinese and spelled.
pub fn person(draw: &mut Draw) -> (String, String) {
    let surname = SURNAMES[draw.index(SURNAMES.len())];
    let first = GIVEN[draw.index(GIVEN.len())];
    if draw.chance(0.25) {
        return (
            format!("{}{}", surname.0, first.0),
            format!("{}{}", surname.1, first.1),
        );
    }
    let second = GIVEN[draw.index(GIVEN.len())];
    (
        format!("{}{}{}", surname.0, first.0, second.0),
        format!("{}{}{}", surname.1, first.1, second.1),
    )
}
