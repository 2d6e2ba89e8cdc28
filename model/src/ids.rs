//! Ids.

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub usize);
    )*};
}

ids! {
    /// An index into [`crate::county::County::organizations`].
    OrganizationId,
    /// An index into [`crate::county::County::teachers`].
    TeacherId,
    /// An appointment through all its statements.
    SpellId,
    ExemptionId,
    PolicyId,
    RecordId,
    ProjectId,
    ActivityId,
    /// The position of a file among the files of hours.
    ImportId
}
