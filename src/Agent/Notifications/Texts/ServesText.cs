namespace Agent.Notifications.Texts;

/// <summary>Whether people lose service now.</summary>
internal static class ServesText
{
    /// <returns>Empty: nothing tells.</returns>
    public static string Of(IReadOnlyList<EngineServes> engines, Voice voice)
    {
        var lost = engines.Where(e => e.Serves == false).Select(e => e.Engine).ToList();
        var kept = engines.Where(e => e.Serves == true).Select(e => e.Engine).ToList();
        return voice.Join(Sentence(lost, "no requests now", "当前不响应请求", voice), Sentence(kept, "requests", "正常提供服务", voice));
    }

    private static string Sentence(List<string> names, string what, string inChinese, Voice voice) => names.Count == 0 ? "" : voice.Of(
        $"{string.Join(", ", names)} {(names.Count == 1 ? "answers" : "answer")} {what}.", $"{string.Join("、", names)} {inChinese}。");
}
