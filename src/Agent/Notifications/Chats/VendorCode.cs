namespace Agent.Notifications.Chats;

/// <summary>A code with which a vendor answers.</summary>
/// <param name="Code">As it stands in the answer.</param>
/// <param name="End">What it means for the notice.</param>
/// <param name="Says">What is wrong and what to do, for people.</param>
/// <param name="Where">A code may have several meanings: it has this one where the vendor's words hold these.</param>
/// <param name="Wait">How long the vendor wants nothing.</param>
internal sealed record VendorCode(string Code, DeliveryEnd End, string Says, string Where = "", TimeSpan? Wait = null)
{
    public static VendorCode Busy(string code, string says, TimeSpan wait, string where = "") => new(code, DeliveryEnd.Retry, says, where, wait);

    public static VendorCode Broken(string code, string says, string where = "") => new(code, DeliveryEnd.Broken, says, where);

    public static VendorCode Rejected(string code, string says, string where = "") => new(code, DeliveryEnd.Rejected, says, where);
}
