//! What projects, hour records, teachers and lessons have in common.

wire_enum! {
    /// 培训类别, with the codes of the national teacher system.
    TrainingLevel {
        National = "national", "国培", "10";
        Provincial = "provincial", "省培", "20";
        Municipal = "municipal", "市级培训", "30";
        County = "county", "县级培训", "40";
        School = "school", "校本研修", "60";
        Other = "other", "其他", "99";
    }
}

wire_enum! {
    /// 培训层级 (三-1): the three tiers of 全员培训.
    TrainingTier {
        School = "school", "校本研修";
        County = "county", "县级培训";
        AboveCounty = "above_county", "县级以上培训";
    }
}

impl TrainingLevel {
    /// The tier that a level belongs to (三-1).
    pub fn tier(self) -> TrainingTier {
        match self {
            Self::School => TrainingTier::School,
            Self::County | Self::Other => TrainingTier::County,
            Self::National | Self::Provincial | Self::Municipal => TrainingTier::AboveCounty,
        }
    }
}

wire_enum! {
    /// 培训方式, with the codes of the national teacher system.
    TrainingMode {
        FullTimeLong = "full_time_long", "脱产研修", "1";
        FaceToFace = "face_to_face", "集中面授", "2";
        Online = "online", "网络研修", "3";
        Blended = "blended", "混合研修", "4";
        Other = "other", "其他方式", "9";
    }
}

wire_enum! {
    /// 学段.
    Stage {
        Kindergarten = "kindergarten", "学前";
        Primary = "primary", "小学";
        JuniorMiddle = "junior_middle", "初中";
        SeniorMiddle = "senior_middle", "高中";
        Special = "special", "特殊教育";
        Vocational = "vocational", "中职";
    }
}

/// The subjects 学科 that forms offer. A subject is free text: schools name more than any list.
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
