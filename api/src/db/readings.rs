//! Readings 读音 of Chinese characters, and the keys by which names are sorted.
//!
//! A sort key gives each character its reading with the tone and then the character itself, so that homophones stand
//! together: 单丹 is `shan4单 dan1丹`. Both databases compare keys by their bytes, so they agree on every page. The
//! collations of ICU and glibc do not know how surnames are read.

use std::{collections::HashMap, sync::LazyLock};

use pinyin::{Pinyin, ToPinyinMulti};

/// Characters of a text that are part of its key.
const MAX_CHARACTERS: usize = 48;

/// The common characters with several readings in use today, each with the initials of these, the likeliest
/// first. For all other common characters the first reading counts alone: dictionaries also list archaic
/// ones, such as `y` for 王 and `z` for 育.
const POLYPHONES: &str = "\
    阿ae 扒bp 膀bp 磅bp 刨pb 暴bp 堡bp 辟bp 便bp 泊bp 屏pb 参cs 藏cz 侧cz 曾zc 查cz 刹sc 单dsc 颤cz 长cz 朝cz 车cj \
    乘cs 盛sc 澄cd 匙cs 重zc 臭cx 畜cx 传cz 幢zc 椎zc 伺sc 攒zc 撮cz 弹dt 石sd 提td 调dt 囤td 恶ew 番fp 否fp 脯fp \
    给gj 谷gy 龟gjq 虾xh 巷xh 行xh 吭hk 吓xh 会hk 缉jq 稽jq 系xj 夹jg 贾jg 见jx 将jq 降jx 强qj 校xj 解jx 芥jg 颈jg \
    圈qj 咖kg 卡kq 咳kh 壳kq 溃kh 乐ly 率ls 弄nl 蔓mw 秘mb 泌mb 粘zn 尿ns 疟ny 区qo 瀑pb 栖qx 奇qj 铅qy 乾qg 纤xq \
    茄qj 厦xs 汤ts 召zs 折zs 蛇sy 省sx 识sz 属sz 说sy 宿sx 陶ty 尉wy 尾wy 蔚wy 遗yw 轧yzg 殖zs 种zc 兹zc 仇cq 翟zd \
    万wm 俞ys 冯fp 叶yx 祭jz 合hg 氏sz";

/// Surnames that are read otherwise than their characters usually are: the readings of each character, the likeliest
/// first.
const SURNAMES: &[(&str, &[&[&str]])] = &[
    ("万俟", &[&["mo4"], &["qi2"]]),
    ("乐正", &[&["yue4"], &["zheng4"]]),
    ("令狐", &[&["ling2"], &["hu2"]]),
    ("单于", &[&["chan2"], &["yu2"]]),
    ("宰父", &[&["zai3"], &["fu3"]]),
    ("尉迟", &[&["yu4"], &["chi2"]]),
    ("澹台", &[&["tan2"], &["tai2"]]),
    ("皇甫", &[&["huang2"], &["fu3"]]),
    ("诸葛", &[&["zhu1"], &["ge3"]]),
    ("长孙", &[&["zhang3"], &["sun1"]]),
    ("乐", &[&["yue4", "le4"]]),
    ("乜", &[&["nie4"]]),
    ("仇", &[&["qiu2"]]),
    ("任", &[&["ren2"]]),
    ("佴", &[&["nai4"]]),
    ("冼", &[&["xian3"]]),
    ("冯", &[&["feng2"]]),
    ("华", &[&["hua4"]]),
    ("区", &[&["ou1"]]),
    ("单", &[&["shan4"]]),
    ("卜", &[&["bu3"]]),
    ("召", &[&["shao4"]]),
    ("句", &[&["gou1"]]),
    ("员", &[&["yun4"]]),
    ("哈", &[&["ha3"]]),
    ("宁", &[&["ning4"]]),
    ("宓", &[&["mi4"]]),
    ("尉", &[&["wei4"]]),
    ("幺", &[&["yao1"]]),
    ("应", &[&["ying1"]]),
    ("折", &[&["she2"]]),
    ("撒", &[&["sa3"]]),
    ("晟", &[&["cheng2"]]),
    ("曲", &[&["qu1"]]),
    ("曾", &[&["zeng1"]]),
    ("朴", &[&["piao2"]]),
    ("查", &[&["zha1"]]),
    ("柏", &[&["bai3"]]),
    ("沈", &[&["shen3"]]),
    ("洗", &[&["xian3"]]),
    ("燕", &[&["yan1"]]),
    ("瞿", &[&["qu2"]]),
    ("石", &[&["shi2"]]),
    ("祭", &[&["zhai4"]]),
    ("种", &[&["chong2"]]),
    ("秘", &[&["bi4"]]),
    ("繁", &[&["po2"]]),
    ("纪", &[&["ji3"]]),
    ("缪", &[&["miao4"]]),
    ("翟", &[&["zhai2"]]),
    ("能", &[&["nai4"]]),
    ("臧", &[&["zang1"]]),
    ("葛", &[&["ge3"]]),
    ("薄", &[&["bo2"]]),
    ("覃", &[&["qin2", "tan2"]]),
    ("角", &[&["jue2", "lu4"]]),
    ("解", &[&["xie4"]]),
    ("訾", &[&["zi1"]]),
    ("谌", &[&["chen2", "shen4"]]),
    ("贲", &[&["ben1"]]),
    ("费", &[&["fei4", "bi4"]]),
    ("贾", &[&["jia3"]]),
    ("车", &[&["che1"]]),
    ("过", &[&["guo1"]]),
    ("适", &[&["kuo4"]]),
    ("那", &[&["na1"]]),
    ("都", &[&["du1"]]),
    ("钭", &[&["tou3"]]),
    ("阚", &[&["kan4"]]),
    ("阙", &[&["que1"]]),
    ("隗", &[&["wei3", "kui2"]]),
    ("於", &[&["yu1"]]),
    ("黑", &[&["he4"]]),
    ("盖", &[&["ge3", "gai4"]]),
    ("盛", &[&["sheng4"]]),
    ("相", &[&["xiang4"]]),
    ("眭", &[&["sui1"]]),
    ("逄", &[&["pang2"]]),
    ("郇", &[&["xun2", "huan2"]]),
    ("要", &[&["yao1"]]),
];

/// [`POLYPHONES`] by character.
static POLYPHONE_INITIALS: LazyLock<HashMap<char, &str>> = LazyLock::new(|| {
    let entry = |entry: &'static str| entry.chars().next().map(|first| (first, &entry[first.len_utf8()..]));
    POLYPHONES.split_whitespace().filter_map(entry).collect()
});

/// Returns the initials of a character that has several readings in use today.
pub fn polyphone_initials(c: char) -> Option<&'static str> {
    POLYPHONE_INITIALS.get(&c).copied()
}

/// Returns the readings of a person's surname, character by character, if it is read in a way of its own.
pub fn surname(name: &str) -> &'static [&'static [&'static str]] {
    SURNAMES.iter().find(|(surname, _)| name.starts_with(surname)).map_or(&[], |(_, readings)| *readings)
}

/// Returns the sort key of a person's name, which begins with the surname.
pub fn sort_key(name: &str) -> String {
    let surname = surname(name.trim_start());
    let mut key = String::with_capacity(name.len() * 4);
    // Whether the key ends with a Latin word that may go on.
    let mut in_word = false;
    for (at, c) in name.trim_start().chars().take(MAX_CHARACTERS).enumerate() {
        if c.is_ascii_alphanumeric() {
            if !in_word && !key.is_empty() {
                key.push(' ');
            }
            key.push(c.to_ascii_lowercase());
            in_word = true;
            continue;
        }
        in_word = false;
        if !c.is_alphanumeric() {
            continue;
        }
        if !key.is_empty() {
            key.push(' ');
        }
        match surname.get(at).and_then(|readings| readings.first()) {
            Some(reading) => key.push_str(reading),
            None => push_reading(&mut key, c),
        }
        key.push(c);
    }
    key
}

/// Appends the likeliest reading of a character. One without any sorts last.
fn push_reading(key: &mut String, c: char) {
    let likeliest = polyphone_initials(c).and_then(|initials| initials.chars().next());
    let mut readings = c.to_pinyin_multi().into_iter().flatten();
    let reading = match likeliest {
        Some(initial) => readings.find(|reading| reading.first_letter().starts_with(initial)),
        None => readings.next(),
    };
    match reading.map(Pinyin::with_tone_num_end) {
        // ü comes after u and before all other letters.
        Some(reading) => key.push_str(&reading.replace(['ü', 'v'], "u:")),
        None => key.push('~'),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted(names: &[&'static str]) -> Vec<&'static str> {
        let mut names = names.to_vec();
        names.sort_by_key(|name| sort_key(name));
        names
    }

    #[test]
    fn a_surname_has_a_reading_for_each_character_and_the_longest_is_found() {
        for (surname, readings) in SURNAMES {
            assert_eq!(surname.chars().count(), readings.len(), "{surname}");
            assert_eq!(self::surname(surname), *readings, "{surname} is hidden by a shorter one");
        }
    }

    #[test]
    fn names_sort_by_the_readings_of_surnames_and_names() {
        assert_eq!(sort_key("单丹"), "shan4单 dan1丹");
        assert_eq!(sort_key("万俟雪"), "mo4万 qi2俟 xue3雪");
        assert_eq!(sort_key("吕律"), "lu:3吕 lu:4律");
        assert_eq!(
            sorted(&["翟敏", "曾敏", "朱敏", "阿依古丽", "单丹", "解敏", "万俟雪", "万敏", "尉迟敏", "令狐敏"]),
            ["阿依古丽", "令狐敏", "万俟雪", "单丹", "万敏", "解敏", "尉迟敏", "曾敏", "翟敏", "朱敏"]
        );
        // Homophones stand together; a shorter name comes first.
        assert_eq!(sorted(&["章丽", "张伟", "张敏", "张", "张力"]), ["张", "张力", "张敏", "张伟", "章丽"]);
        assert_eq!(sorted(&["陈立", "Chen Li", "chen", "李", "Li"]), ["chen", "Chen Li", "陈立", "Li", "李"]);
    }

    #[test]
    fn signs_between_names_have_no_place_in_the_key() {
        assert_eq!(sort_key("阿卜杜拉·艾则孜"), sort_key("阿卜杜拉艾则孜"));
        assert_eq!(sort_key("——"), "");
        assert!(sort_key(&"单".repeat(300)).chars().count() <= MAX_CHARACTERS * 8);
    }
}
