// Two folders that use each other, in every way that a checker could overlook.
namespace Agent.Tests.Architecture.Planted.Upper
{
    internal sealed class Wanted : Exception
    {
        public static int Count => 1;

        public static Type Below => typeof(Lower.UsesInBody);
    }
}

namespace Agent.Tests.Architecture.Planted
{
    [AttributeUsage(AttributeTargets.Class)]
    internal sealed class MarksAttribute(Type type) : Attribute
    {
        public Type Type => type;
    }
}

namespace Agent.Tests.Architecture.Planted.Lower
{
    internal sealed class UsesNothing
    {
        public static int Count(int number) => number + 1;
    }

    internal abstract class UsesInSignature
    {
        public abstract void Take(Upper.Wanted wanted);
    }

    internal sealed class UsesInBody
    {
        public static int Count() => Upper.Wanted.Count;
    }

    internal sealed class UsesInLambda
    {
        public static Func<int, int> Add { get; } = number => number + Upper.Wanted.Count;
    }

    internal sealed class UsesInAsyncLambda
    {
        public static Func<Task<int>> Later { get; } = async () =>
        {
            await Task.CompletedTask;
            return Upper.Wanted.Count;
        };
    }

    internal sealed class UsesAsTypeArgument
    {
        public static IReadOnlyList<Upper.Wanted> All { get; } = [];
    }

    [Marks(typeof(Upper.Wanted))]
    internal sealed class UsesInAttribute;

    internal sealed class UsesInCatch
    {
        public static bool Try(Action action)
        {
            try
            {
                action();
                return true;
            }
            catch (Upper.Wanted)
            {
                return false;
            }
        }
    }

    internal sealed class UsesBehindSwitch
    {
        public static int Of(int number) => number switch
        {
            0 => 10,
            1 => 13,
            2 => 17,
            3 => 21,
            4 => Upper.Wanted.Count,
            _ => 0,
        };
    }

    internal sealed class UsesAsGenericMethod
    {
        public static int Count(IEnumerable<object> all) => all.OfType<Upper.Wanted>().Count();
    }
}
