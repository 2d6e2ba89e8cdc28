//! Titles and institutions of trainings, in the spellings in which people enter them.

/// The topic of a training with the wording in which it is entered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Title {
    /// Titles of two topics never seem to be one.
    pub topic: usize,
    pub wording: Wording,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Wording {
    Plain,
    /// Other brackets and quotes, and blanks.
    Typed,
    /// Digits and letters of full width.
    FullWidth,
    /// A radical in place of its character.
    Radical,
    /// A word more.
    Similar,
    /// Another lesson of the same series.
    Other,
}

impl Wording {
    pub const ALL: [Self; 6] = [Self::Plain, Self::Typed, Self::FullWidth, Self::Radical, Self::Similar, Self::Other];
}

impl Title {
    pub fn plain(topic: usize) -> Self {
        Self { topic, wording: Wording::Plain }
    }

    /// Returns the text as it is entered.
    pub fn text(self) -> String {
        let topic = self.topic;
        match self.wording {
            Wording::Plain => format!("骨干教师“阅读教学”研修（第{topic}期）A班"),
            Wording::Typed => format!(" 骨干教师\"阅读教学\"研修 (第 {topic} 期) a班"),
            Wording::FullWidth => format!("骨干教师“阅读教学”研修（第{}期）Ａ班", full_width(topic)),
            Wording::Radical => format!("\u{2fbb}干教师「阅读教学」研修【第{topic}期】A班"),
            Wording::Similar => format!("骨干教师“阅读与教学”研修（第{topic}期）A班"),
            Wording::Other => format!("骨干教师“写作与科研”讲座（第{topic}期）B班"),
        }
    }
}

fn full_width(number: usize) -> String {
    let wide = |digit: char| char::from_u32(u32::from(digit) - u32::from('0') + 0xff10).unwrap_or(digit);
    number.to_string().chars().map(wide).collect()
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Institution {
    TrainingSchool,
    /// The training school, entered with a blank.
    TrainingSchoolTyped,
    Academy,
    /// The root bureau, which owns the projects.
    Root,
}

impl Institution {
    pub const ALL: [Self; 3] = [Self::TrainingSchool, Self::TrainingSchoolTyped, Self::Academy];

    /// Returns the text as it is entered.
    pub fn text(self) -> &'static str {
        match self {
            Self::TrainingSchool => "教师进修学校",
            Self::TrainingSchoolTyped => "教师 进修学校",
            Self::Academy => "省教育学院",
            Self::Root => "市教育局",
        }
    }
}
