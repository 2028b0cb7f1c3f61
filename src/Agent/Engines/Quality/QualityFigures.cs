using Agent.Adapters.VllmHttp;

namespace Agent.Engines.Quality;

/// <summary>The distance between the answers of an engine and those of a reference, over all tokens of the reference.</summary>
/// <param name="Tokens">The number of compared tokens.</param>
/// <param name="MeanDifference">Mean |difference| of log-probabilities.</param>
/// <param name="MaxDifference">The largest one.</param>
/// <param name="TopAgreement">Share of places where both find the same token likeliest.</param>
/// <param name="PrefixAgreement">The mean share of a reference's tokens that the engine says before it first differs.</param>
/// <param name="Divergence">The mean Kullback-Leibler divergence over the likeliest tokens that both name, scaled to a sum of 1.</param>
/// <param name="PerplexityRatio">The perplexity of the reference's tokens: the engine's, divided by the reference's own.</param>
/// <param name="NotANumber">Log-probabilities that came as null.</param>
internal sealed record QualityFigures(int Tokens, double MeanDifference, double MaxDifference, double TopAgreement, double PrefixAgreement,
    double Divergence, double PerplexityRatio, int NotANumber)
{
    public static QualityFigures Of(IReadOnlyList<ReferenceAnswer> reference, IReadOnlyList<ExamAnswer> answers)
    {
        var places = reference.Zip(answers).SelectMany(a => a.First.Tokens.Zip(a.Second.Scores)).ToList();
        var numbers = places.Where(p => p.First.LogProbability is not null && p.Second.LogProbability is not null).ToList();
        var differences = numbers.ConvertAll(p => p.Second.LogProbability!.Value - p.First.LogProbability!.Value);
        return new QualityFigures(
            numbers.Count,
            differences.Select(Math.Abs).DefaultIfEmpty().Average(),
            differences.Select(Math.Abs).DefaultIfEmpty().Max(),
            Share(places, p => p.First.Likeliest == p.Second.Likeliest),
            reference.Zip(answers).Where(a => a.First.Tokens.Count > 0).Select(a => Prefix(a.First.Tokens, a.Second.Greedy.Tokens)).DefaultIfEmpty(1).Average(),
            places.Select(p => Divergences(p.First.Top, p.Second.Top)).DefaultIfEmpty().Average(),
            Math.Exp(-differences.DefaultIfEmpty().Average()),
            places.Count(p => p.Second.LogProbability is null) + answers.Sum(a => a.Greedy.NotANumber));
    }

    private static double Prefix(IReadOnlyList<TokenScore> reference, IReadOnlyList<int> said) =>
        reference.Zip(said).TakeWhile(p => p.First.Token == p.Second).Count() / (double)reference.Count;

    private static double Divergences(IReadOnlyDictionary<int, double> reference, IReadOnlyDictionary<int, double> other)
    {
        var both = reference.Keys.Where(other.ContainsKey).ToList();
        var (ours, theirs) = (both.Sum(t => Math.Exp(reference[t])), both.Sum(t => Math.Exp(other[t])));
        // Rounding alone can make it a little less than zero.
        return ours == 0 || theirs == 0 ? 0
            : Math.Max(0, both.Sum(t => Math.Exp(reference[t]) / ours * (reference[t] - Math.Log(ours) - other[t] + Math.Log(theirs))));
    }

    private static double Share<T>(List<T> all, Func<T, bool> which) => all.Count == 0 ? 1 : all.Count(which) / (double)all.Count;
}
