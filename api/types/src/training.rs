//! Enums that projects, hour records, teachers and lessons share.

wire_enum! {
    /// The training level 培训类别, with the codes of the national teacher system.
    TrainingLevel {
        National = "national", "国培", "10" | "国家级" | "国家级培训";
        Provincial = "provincial", "省培", "20" | "省级" | "省级培训";
        Municipal = "municipal", "市级培训", "30" | "市级" | "市培";
        County = "county", "县级培训", "40" | "县级" | "县培" | "区县级";
        School = "school", "校本研修", "60" | "校级" | "校级培训" | "校本" | "校本培训";
        Other = "other", "其他", "99" | "其它";
    }
}

wire_enum! {
    /// The training tier 培训层级: the three that 三-1 names, and 其他 for training of no level.
    TrainingTier {
        School = "school", "校本研修";
        County = "county", "县级培训";
        AboveCounty = "above_county", "县级以上培训";
        Other = "other", "其他";
    }
}

impl TrainingLevel {
    /// Returns the tier of the level (三-1).
    pub fn tier(self) -> TrainingTier {
        match self {
            Self::School => TrainingTier::School,
            Self::County => TrainingTier::County,
            Self::National | Self::Provincial | Self::Municipal => TrainingTier::AboveCounty,
            Self::Other => TrainingTier::Other,
        }
    }
}

wire_enum! {
    /// The training mode 培训方式, with the codes of the national teacher system.
    TrainingMode {
        FullTimeLong = "full_time_long", "脱产研修", "1" | "脱产" | "全脱产" | "脱产培训";
        FaceToFace = "face_to_face", "集中面授", "2" | "面授" | "集中培训";
        Online = "online", "网络研修", "3" | "网络" | "网络培训" | "远程培训" | "线上";
        Blended = "blended", "混合研修", "4" | "混合" | "混合式" | "混合式培训" | "线上线下混合";
        Other = "other", "其他方式", "9" | "其他" | "其它";
    }
}

wire_enum! {
    /// The dimension of teacher development 三修 (三-1) that a training serves.
    TrainingDimension {
        Ethics = "ethics", "专业理念与师德" | "师德" | "理念与师德" | "专业理念";
        Knowledge = "knowledge", "专业知识" | "知识";
        Skill = "skill", "专业能力" | "能力";
    }
}

wire_enum! {
    /// The stage 学段.
    Stage {
        Kindergarten = "kindergarten", "学前" | "幼儿园" | "学前教育";
        Primary = "primary", "小学";
        JuniorMiddle = "junior_middle", "初中" | "初级中学" | "普通初中";
        SeniorMiddle = "senior_middle", "高中" | "普通高中" | "高级中学";
        Special = "special", "特殊教育" | "特教";
        Vocational = "vocational", "中职" | "中等职业教育" | "职业高中";
    }
}

/// The subjects 学科 that forms suggest. A subject is free text, since no list covers all that schools teach.
pub const SUBJECTS: &[&str] = &[
    "语文",
    "数学",
    "英语",
    "物理",
    "化学",
    "生物",
    "道德与法治",
    "思想政治",
    "历史",
    "地理",
    "科学",
    "音乐",
    "体育",
    "美术",
    "信息技术",
    "综合实践",
    "心理健康",
    "学前教育",
    "特殊教育",
];
