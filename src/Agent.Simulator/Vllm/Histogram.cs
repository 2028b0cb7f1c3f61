using System.Globalization;

namespace Agent.Simulator.Vllm;

internal sealed class Histogram(double[] bounds, string help)
{
    private readonly double[] _counts = new double[bounds.Length + 1];

    public string Help => help;

    public double Count { get; private set; }

    public double Sum { get; private set; }

    /// <summary>The bounds 1, 2, 5, 10, ... up to the length of the model.</summary>
    public static double[] Decades(int most)
    {
        List<double> bounds = [];
        for (double ten = 1; ten <= most; ten *= 10)
            bounds.AddRange(new[] { ten, ten * 2, ten * 5 }.Where(b => b <= most));
        return [.. bounds];
    }

    public void Observe(double value)
    {
        var index = Array.FindIndex(bounds, b => value <= b);
        _counts[index < 0 ? bounds.Length : index]++;
        Count++;
        Sum += value;
    }

    public IEnumerable<(string Bound, double Count)> Buckets()
    {
        double sum = 0;
        for (var i = 0; i < _counts.Length; i++)
        {
            sum += _counts[i];
            yield return (i < bounds.Length ? bounds[i].ToString("0.0###", CultureInfo.InvariantCulture) : "+Inf", sum);
        }
    }
}
