//! Where figures of an organization count.

wire_enum! {
    /// Where figures of an organization count. Figures of one basis agree everywhere, and both agree at the county.
    Basis {
        Teacher = "teacher", "按教师归属";
        Place = "place", "按任职单位";
    }
}
